package dev.danta.txn.participant;

import dev.danta.occ.Key;
import dev.danta.relaxed.RelaxedState;
import org.jspecify.annotations.Nullable;

/** The relaxed values of a replica, as its machine reads them: with every change applied so far. */
public interface RelaxedStore {
    @Nullable
    RelaxedState relaxed(Key key);
}
