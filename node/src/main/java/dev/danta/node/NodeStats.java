package dev.danta.node;

/**
 * What a node has done since it started, over all its shards. Rates are differences of two of these.
 *
 * @param batches drained from an inbox and handled
 * @param inputs handled in them
 * @param commits each with its sync
 * @param handleNanos spent in machines and in the open batches of the stores
 * @param commitNanos spent in commits
 * @param releaseNanos spent letting replies go
 * @param commitNanosMax the longest commit
 * @param reads answered from snapshots
 * @param refused requests turned away because an inbox was full
 * @param dropped messages lost for the same reason
 * @param inboxSize messages waiting now
 */
public record NodeStats(
        long batches,
        long inputs,
        long commits,
        long handleNanos,
        long commitNanos,
        long releaseNanos,
        long commitNanosMax,
        long reads,
        long refused,
        long dropped,
        int inboxSize) {

    static final NodeStats NONE = new NodeStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    NodeStats plus(NodeStats other) {
        return new NodeStats(
                batches + other.batches,
                inputs + other.inputs,
                commits + other.commits,
                handleNanos + other.handleNanos,
                commitNanos + other.commitNanos,
                releaseNanos + other.releaseNanos,
                Math.max(commitNanosMax, other.commitNanosMax),
                reads + other.reads,
                refused + other.refused,
                dropped + other.dropped,
                inboxSize + other.inboxSize);
    }
}
