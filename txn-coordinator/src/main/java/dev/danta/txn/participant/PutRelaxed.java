package dev.danta.txn.participant;

import dev.danta.ir.runtime.Mutation;
import dev.danta.occ.Key;
import dev.danta.relaxed.RelaxedState;

/** Replace the value of a relaxed key by this one, which contains the earlier one. */
public record PutRelaxed(Key key, RelaxedState state) implements Mutation {}
