package dev.danta.sim.workload;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What a transaction came to, with all its attempts. */
sealed interface TxnEnd {
    /** An attempt that read {@code seen} was committed. */
    record Committed(Map<Key, Version> seen) implements TxnEnd {
        public Committed {
            seen = Collections.unmodifiableMap(new TreeMap<>(seen));
        }
    }

    /** Nobody can say whether the last attempt was committed; all earlier ones were not. */
    record Unknown(Timestamp txn) implements TxnEnd {}

    /** No attempt took effect. */
    record NotDone() implements TxnEnd {}
}
