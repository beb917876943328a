package dev.danta.client;

/**
 * What closing a client came to.
 *
 * @param left how much was still under way when time was up: transactions without an outcome, updates without a quorum,
 *     acknowledgements missing from single replicas, and bounded counters of which what is held could not be given back. 0
 *     means that every replica has everything from this client
 */
public record CloseResult(int left) {
    public boolean isComplete() {
        return left == 0;
    }
}
