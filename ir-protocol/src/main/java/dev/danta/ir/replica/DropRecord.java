package dev.danta.ir.replica;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Mutation;

/** Drop the record of {@code id}, which is decided. */
public record DropRecord(Timestamp id) implements Mutation {}
