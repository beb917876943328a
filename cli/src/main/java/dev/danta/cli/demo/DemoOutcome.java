package dev.danta.cli.demo;

import dev.danta.check.History;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.cli.report.SaleRound;
import java.util.List;

/**
 * What came of the demo.
 *
 * @param relaxed the first round
 * @param reserved the second
 * @param strict the third
 */
public record DemoOutcome(SaleRound relaxed, Kept reserved, Kept strict) {
    /** Whether a round kept its promise. */
    public enum Verdict {
        /** It sold what was there, told every buyer so, and its history is valid. */
        KEPT,
        /** It did not. */
        BROKEN,
        /** Not every buyer has an answer, or the checker has no verdict. */
        UNDECIDED
    }

    /**
     * A round that promises something.
     *
     * @param round how it went
     * @param judgement the checker's verdict on it, one line
     * @param verdict the demo's own: whether the round kept its promise
     * @param history what every buyer asked and was told
     */
    public record Kept(
            SaleRound round,
            String judgement,
            Verdict verdict,
            History<BoundedCounterModel.Input, BoundedCounterModel.Output> history) {}

    /** Whether both rounds that promise something kept it. */
    public Verdict verdict() {
        List<Verdict> both = List.of(reserved.verdict(), strict.verdict());
        if (both.contains(Verdict.BROKEN)) {
            return Verdict.BROKEN;
        }
        return both.contains(Verdict.UNDECIDED) ? Verdict.UNDECIDED : Verdict.KEPT;
    }
}
