package dev.danta.check.judge;

import dev.danta.check.Result;
import dev.danta.check.explain.Explanation;
import dev.danta.check.txn.Anomaly;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a judge found.
 *
 * @param result the verdict
 * @param explanation of an invalid history judged by search, why its first failure is one; else null
 * @param anomalies of an invalid history judged without search, what is wrong, the worst first; else empty
 */
public record Judgement<I, O>(
        Result<I, O> result, @Nullable Explanation<I, O> explanation, List<Anomaly<I, O>> anomalies) {
    public Judgement {
        anomalies = List.copyOf(anomalies);
    }

    /** Why the first failure is one. */
    public Optional<Explanation<I, O>> explanationIfSearched() {
        return Optional.ofNullable(explanation);
    }
}
