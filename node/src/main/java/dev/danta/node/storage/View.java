package dev.danta.node.storage;

import dev.danta.occ.VersionedStore;
import dev.danta.txn.participant.RelaxedStore;

/** What a snapshot shows. Valid only within the call that handed it out. */
public interface View extends VersionedStore, RelaxedStore {}
