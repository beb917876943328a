package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Mutation;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import java.util.NavigableMap;

/** Takes away some of the versions of one key. */
public sealed interface Thinning extends Mutation permits PruneVersions, DropVersions {
    Key key();

    /** Nothing above this goes. */
    Timestamp upTo();

    /** Does it to a key's versions, by timestamp. */
    void thin(NavigableMap<Timestamp, Version> versions);
}
