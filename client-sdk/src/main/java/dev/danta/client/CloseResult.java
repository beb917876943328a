package dev.danta.client;

/**
 * What closing a client came to.
 *
 * @param left how much was still under way when time was up: transactions without an outcome, updates without a quorum,
 *     and acknowledgements missing from single replicas. 0 means that every replica has everything from this client
 */
public record CloseResult(int left) {
    public boolean isComplete() {
        return left == 0;
    }
}
