package dev.danta.txn;

import dev.danta.ir.message.Query;
import dev.danta.occ.Key;
import java.util.List;

/** Questions that a participant answers from its committed state. */
public sealed interface ReadQuery extends Query {
    /** The newest versions of these strict keys, in this order. */
    record Versions(List<Key> keys) implements ReadQuery {
        public Versions {
            keys = List.copyOf(keys);
        }
    }

    /** The value of this relaxed key. */
    record Relaxed(Key key) implements ReadQuery {}
}
