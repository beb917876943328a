package dev.danta.cli.demo;

import dev.danta.check.History;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.cli.report.SaleRound;

/**
 * What came of the demo.
 *
 * @param relaxed the first round
 * @param strict the second
 * @param judgement the checker's verdict on the second, one line
 * @param verdict the demo's own: whether the strict round kept its promise
 * @param history what every buyer of the strict round asked and was told
 */
public record DemoOutcome(
        SaleRound relaxed,
        SaleRound strict,
        String judgement,
        Verdict verdict,
        History<BoundedCounterModel.Input, BoundedCounterModel.Output> history) {
    /** Whether the strict round kept its promise. */
    public enum Verdict {
        /** It sold what was there, told every buyer so, and its history is valid. */
        KEPT,
        /** It did not. */
        BROKEN,
        /** Not every buyer has an answer, or the checker has no verdict. */
        UNDECIDED
    }
}
