package dev.danta.txn.participant;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.relaxed.RelaxedState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The relaxed values of a replica, as its machine reads them: with every change applied so far. */
public interface RelaxedStore {
    @Nullable
    RelaxedState relaxed(Key key);

    /** The keys above {@code after} that have a relaxed value, ascending, at most {@code most}. */
    List<Key> relaxedKeys(Bytes after, int most);
}
