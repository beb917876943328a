package dev.danta.txn.participant;

import dev.danta.ir.runtime.Mutation;
import dev.danta.occ.Key;
import dev.danta.occ.Version;

/** Add this version to the key's versions; one that is there already stays as it is. */
public record PutVersion(Key key, Version version) implements Mutation {}
