package dev.danta.ir.message;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;

/** How far a replica's state has been read: all records first, then all keys. */
public sealed interface StateCursor {
    StateCursor START = new Records(Timestamp.ZERO);

    /** Records with ids above {@code after} come next. */
    record Records(Timestamp after) implements StateCursor {}

    /** Keys above {@code after} come next; no bytes are before all of them. */
    record Keys(Bytes after) implements StateCursor {}
}
