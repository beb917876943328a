package dev.danta.ir.replica;

import dev.danta.ir.message.OpRecord;
import dev.danta.ir.runtime.Mutation;

/** Keep this record in place of an earlier one of the same id. */
public record PutRecord(OpRecord record) implements Mutation {}
