package dev.danta.txn;

import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;

/** How one key changed at a replica (protocol.md 7). */
public sealed interface KeyChange {
    Key key();

    /**
     * A version was committed.
     *
     * @param overtaken whether the replica had a newer version already: of those that were not overtaken, each is as new as the
     *     last one of its key, or newer
     */
    record Written(Key key, Version version, boolean overtaken) implements KeyChange {}

    /**
     * A relaxed value changed.
     *
     * @param change what was joined into it: a delta, or a whole value
     */
    record Joined(Key key, RelaxedState change) implements KeyChange {}
}
