package dev.danta.ir.replica;

import dev.danta.ir.runtime.Mutation;

/** Keep {@code entry} as the log's entry with this number, one above the last one's. */
public record AppendLog(long number, LogEntry entry) implements Mutation {}
