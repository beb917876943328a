package dev.danta.check.assertion;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.Judgement;
import dev.danta.check.judge.Minimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asserts in a test that what a program did makes sense:
 *
 * <pre>{@code
 * assertThatHistory(recorder).isValid(Judges.of(new RegisterModel(), new RegisterCodec()));
 * }</pre>
 *
 * <p>Only {@link Result.Valid} passes: a check that ran out of time or memory fails, and so does a history in which no answer
 * is known, since such a test shows nothing. What fails leaves a folder with the history ({@code history.jsonl}, which {@code
 * danta check} judges again without options), a page about it ({@code report.html}) and, of an invalid one, the smallest part
 * that is wrong in the same way ({@code minimal.jsonl}); the message has the reason in one line, and then their paths.
 *
 * <p>Immutable; every method but {@link #isValid} gives another assertion.
 */
public final class HistoryAssertion<I, O> {
    private final History<I, O> history;
    private final List<Operation<I, O>> aborted;
    private final CheckOptions options;
    private final Duration minimizing;
    private final @Nullable Path folder;

    private HistoryAssertion(
            History<I, O> history,
            List<Operation<I, O>> aborted,
            CheckOptions options,
            Duration minimizing,
            @Nullable Path folder) {
        this.history = history;
        this.aborted = List.copyOf(aborted);
        this.options = options;
        this.minimizing = minimizing;
        this.folder = folder;
    }

    /** Of everything that was recorded up to now. */
    public static <I, O> HistoryAssertion<I, O> assertThatHistory(HistoryRecorder<I, O> recorder) {
        return assertThatHistory(recorder.history()).without(recorder.aborted());
    }

    /** Of a history. */
    public static <I, O> HistoryAssertion<I, O> assertThatHistory(History<I, O> history) {
        return new HistoryAssertion<>(history, List.of(), CheckOptions.defaults(), Duration.ofSeconds(10), null);
    }

    /** These operations, which have no answers, certainly did not happen: transactions must not see anything of them. */
    public HistoryAssertion<I, O> without(List<Operation<I, O>> certainlyNot) {
        return new HistoryAssertion<>(history, certainlyNot, options, minimizing, folder);
    }

    /** How much the check may cost, in place of {@link CheckOptions#defaults}. */
    public HistoryAssertion<I, O> checkedWith(CheckOptions newOptions) {
        return new HistoryAssertion<>(history, aborted, newOptions, minimizing, folder);
    }

    /** How long to look for the smallest part that is wrong, in place of ten seconds. Positive. */
    public HistoryAssertion<I, O> minimizedWithin(Duration budget) {
        if (budget.isNegative() || budget.isZero()) {
            throw new IllegalArgumentException("the time to minimize must be positive: " + budget);
        }
        return new HistoryAssertion<>(history, aborted, options, budget, folder);
    }

    /**
     * Where a failure is left behind, in place of a folder named after the asserting method in {@code history-failures} below
     * {@code target} or {@code build}, whichever there is. It need not exist; files of the same names are replaced.
     */
    public HistoryAssertion<I, O> writingTo(Path newFolder) {
        return new HistoryAssertion<>(history, aborted, options, minimizing, newFolder);
    }

    /**
     * Fails unless the history is valid.
     *
     * @throws AssertionError if it is invalid, undecided, vacuous or no history of the judge's at all
     */
    public void isValid(Judge<I, O> judge) {
        Judgement<I, O> judgement;
        try {
            judgement = judge.judge(history, aborted, options);
        } catch (MalformedHistoryException malformed) {
            FailureFolder kept = failureFolder();
            kept.writeHistory(judge, history, aborted);
            throw new AssertionError("MALFORMED " + malformed.getMessage() + kept.inWords(), malformed);
        }
        Result<I, O> result = judgement.result();
        if (result.isValid()) {
            return;
        }
        FailureFolder kept = failureFolder();
        kept.writeHistory(judge, history, aborted);
        Minimal<I, O> minimal =
                result instanceof Result.Invalid ? judge.minimize(history, aborted, judgement, minimizing) : null;
        if (minimal != null) {
            kept.writeMinimal(judge, minimal);
        }
        kept.writeReport(judge, history, aborted, judgement, minimal);
        throw new AssertionError(reason(judgement) + kept.inWords());
    }

    private static String reason(Judgement<?, ?> judgement) {
        return judgement
                .explanationIfSearched()
                .map(explanation -> "INVALID " + explanation.sentence())
                .orElseGet(() -> judgement.result().sentence());
    }

    private FailureFolder failureFolder() {
        return folder == null ? FailureFolder.ofCaller() : new FailureFolder(folder);
    }
}
