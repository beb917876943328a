package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.Model;
import dev.danta.check.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a check of transactions.
 *
 * @param level what was asked for
 * @param result the verdict; one failure for each anomaly
 * @param anomalies what is wrong at this level, the worst first; empty unless invalid
 */
public record TxnVerdict<I, O>(Consistency level, Result<I, O> result, List<Anomaly<I, O>> anomalies) {
    public TxnVerdict {
        anomalies = List.copyOf(anomalies);
        if (anomalies.isEmpty() == result instanceof Result.Invalid) {
            throw new IllegalArgumentException("a history is invalid because of something: " + result.sentence());
        }
    }

    /**
     * The verdict that follows.
     *
     * @param anomalies what is wrong at this level, in any order
     * @param unseen why nothing was observed, in words; null if something was
     * @param edges how many edges were drawn
     * @param startNanos when the check began
     */
    static <I, O> TxnVerdict<I, O> of(
            History<I, O> history,
            Consistency level,
            List<Anomaly<I, O>> anomalies,
            @Nullable String unseen,
            int edges,
            long startNanos) {
        List<Anomaly<I, O>> sorted = new ArrayList<>(anomalies);
        sorted.sort(Comparator.comparing(Anomaly::kind));
        Result.Progress progress = new Result.Progress(
                history.size(), 1, unseen == null ? 1 : 0, edges, 0, Duration.ofNanos(System.nanoTime() - startNanos));
        if (!sorted.isEmpty()) {
            List<Result.Failure<I, O>> failures = sorted.stream()
                    .map(anomaly -> new Result.Failure<>(
                            Model.WHOLE,
                            anomaly.transactions().get(0),
                            List.<Result.PartialLinearization<I, O>>of(),
                            anomaly.sentence()))
                    .toList();
            return new TxnVerdict<>(level, new Result.Invalid<>(failures, progress), sorted);
        }
        return new TxnVerdict<>(
                level,
                unseen == null
                        ? new Result.Valid<>(Map.of(), false, progress)
                        : new Result.Unknown<>(Result.Reason.VACUOUS, List.of(Model.WHOLE), null, unseen, progress),
                sorted);
    }
}
