package dev.danta.check.txn;

import dev.danta.check.Result;
import java.util.List;

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
}
