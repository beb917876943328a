package dev.danta.ir.replica;

import dev.danta.ir.message.OpRecord;
import dev.danta.ir.runtime.Mutation;

/** As {@link PutRecord}, for what an epoch change has made of an operation: the vote of the earlier epoch may be replaced. */
public record InstallRecord(OpRecord record) implements Mutation {}
