package dev.danta.check;

/** Tells a step that may run long that nobody waits for its answer any more. Safe to ask from any thread. */
@FunctionalInterface
public interface Cancellation {
    /** Never asks for an end. */
    Cancellation NONE = () -> false;

    /** Whether to stop. Once true, it stays true, and whatever the step then answers is not used. */
    boolean requested();
}
