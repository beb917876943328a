package dev.danta.ir.runtime;

import java.util.List;

/**
 * A deterministic state machine: no I/O, no clock, no threads, no randomness of its own (architecture.md, laws of a
 * machine). Not thread-safe; one driver owns it.
 *
 * @param <I> its sealed family of inputs
 */
public interface Machine<I> {
    /**
     * Handles one input. Whatever a peer sends, this does not throw; an exception is a bug of ours and ends the process.
     *
     * @return the effects of this step in order: the {@link Effect.Persist}s are one atomic change, and what is sent or
     *     reported leaves only once they are durable
     */
    List<Effect> handle(I input, Moment now);
}
