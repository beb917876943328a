package dev.danta.ir.replica;

import dev.danta.ir.runtime.Mutation;

/** Drop the log's entries from {@code first}, which is the first one kept, to {@code last}; never the last of all. */
public record TruncateLog(long first, long last) implements Mutation {}
