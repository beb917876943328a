package dev.danta.ir.replica;

import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Changes;
import dev.danta.ir.message.InconsistentOp;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a replica's log as it is kept. For peers a decision is looked up in its record when it is served; what it
 * changed stands in the entry, for the record may be forgotten before whoever follows the log has come so far.
 */
public sealed interface LogEntry {
    /**
     * A consensus operation was decided here.
     *
     * @param changes null if it changed nothing
     */
    record Decided(Timestamp id, @Nullable Changes changes) implements LogEntry {}

    /** An inconsistent operation changed the state here. */
    record Done(OpId id, InconsistentOp op) implements LogEntry {}

    /** What a peer has sent of its own state changed the state here. Peers compare for themselves: to them it says nothing. */
    record Joined(Changes changes) implements LogEntry {}

    /**
     * A peer's log was gone here, and made up for by comparing: of what stood in it the newest has come, what was before that may
     * come yet, or not at all. Whoever follows this log from before has missed something.
     */
    record Hole() implements LogEntry {}
}
