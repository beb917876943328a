package dev.danta.ir.replica;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.runtime.Mutation;

/** The log begins anew, empty, in the incarnation of {@code epoch}, whose install the replica has just taken on. */
public record StartLog(Epoch epoch) implements Mutation {}
