package dev.danta.ir.message;

/**
 * An operation that every replica executes when it arrives, in any order and possibly more than once: executing it
 * again must change nothing (protocol.md 2 and 8). Opaque to IR.
 */
public interface InconsistentOp {
    /** About how many bytes it takes in memory, and in a message. */
    int sizeBytes();
}
