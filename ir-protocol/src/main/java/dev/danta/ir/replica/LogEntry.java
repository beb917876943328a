package dev.danta.ir.replica;

import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.InconsistentOp;

/** An entry of a replica's log as it is kept: a decision is looked up in its record when it is served. */
public sealed interface LogEntry {
    /** A consensus operation was decided here. */
    record Decided(Timestamp id) implements LogEntry {}

    /** An inconsistent operation changed the state here. */
    record Done(OpId id, InconsistentOp op) implements LogEntry {}
}
