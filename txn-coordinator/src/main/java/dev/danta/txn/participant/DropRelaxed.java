package dev.danta.txn.participant;

import dev.danta.ir.runtime.Mutation;
import dev.danta.occ.Key;

/** Drop the value of a relaxed key: what was spent of an allotment that is {@linkplain ClosedAllotments#isForgotten forgotten}. */
public record DropRelaxed(Key key) implements Mutation {}
