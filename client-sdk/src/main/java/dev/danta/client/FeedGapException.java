package dev.danta.client;

/**
 * What comes next in a change feed cannot be told any more: the node has lost it or dropped it, the members of a shard have changed,
 * or the node has not answered for long. Begin anew by {@link From#snapshot}; of a relaxed table, open a feed by
 * {@link From#now} and then read.
 */
public final class FeedGapException extends DantaException {
    private static final long serialVersionUID = 1;

    FeedGapException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, false, facts);
    }
}
