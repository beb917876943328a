package dev.danta.ir.replica;

import dev.danta.ir.message.EpochState;
import dev.danta.ir.runtime.Mutation;

/** Keep this as what is known of the shard's epochs. */
public record PutEpoch(EpochState epoch) implements Mutation {}
