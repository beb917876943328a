package dev.danta.ir.replica;

import dev.danta.ir.message.LogCursor;
import dev.danta.ir.runtime.Mutation;

/** Keep this cursor in place of an earlier one into the same replica's log. */
public record PutCursor(LogCursor cursor) implements Mutation {}
