package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is wrong besides cycles. Of each kind the first few are kept. */
final class Faults<I, O> {
    /** The most anomalies of one kind that are kept. */
    static final int EACH_MAX = 8;

    private final TxnWords<I, O> words;
    private final Map<Anomaly.Kind, List<Anomaly<I, O>>> found = new EnumMap<>(Anomaly.Kind.class);

    Faults(TxnWords<I, O> words) {
        this.words = words;
    }

    /** One more; in the reason its transactions are T1 and so on. */
    void add(Anomaly.Kind kind, List<Operation<I, O>> transactions, String reason) {
        List<Anomaly<I, O>> some = found.computeIfAbsent(kind, k -> new ArrayList<>());
        if (some.size() < EACH_MAX) {
            some.add(Anomaly.of(kind, transactions, words.transactions(transactions), reason));
        }
    }

    /** What a level forbids of it, the worst kind first. */
    List<Anomaly<I, O>> at(Consistency level) {
        List<Anomaly<I, O>> all = new ArrayList<>();
        found.forEach((kind, some) -> {
            if (level.forbids(kind)) {
                all.addAll(some);
            }
        });
        return all;
    }
}
