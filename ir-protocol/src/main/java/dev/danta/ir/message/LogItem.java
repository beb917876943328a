package dev.danta.ir.message;

import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import org.jspecify.annotations.Nullable;

/** An entry of a replica's log as it travels to a peer (protocol.md 7). */
public sealed interface LogItem {
    /**
     * A consensus operation has this outcome.
     *
     * @param body left out when it was not asked for, or where an abort was all that was ever known
     */
    record Outcome(
            Timestamp id, Decision decision, @Nullable Body body) implements LogItem {}

    /** An inconsistent operation was executed. */
    record Done(OpId id, InconsistentOp op) implements LogItem {}
}
