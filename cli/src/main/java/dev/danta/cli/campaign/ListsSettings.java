package dev.danta.cli.campaign;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How large a run on lists is.
 *
 * @param folder for the nodes' data, what they say, and the history
 * @param nodes of the cluster, all of which have all shards: 3 or 5
 * @param shards of the cluster
 * @param clients each with a cache of its own, and {@value #USERS_EACH} users at the same time
 * @param duration for which something happens to the nodes, and a little more: what has begun is brought to its end
 * @param patience how long anything may take to come about
 * @param historyMax how many transactions are written down at most; the load pauses then, and what happens goes on
 * @param heapMib what one node may use for objects
 * @param seed of what clients ask for and of what happens to nodes; not of how it comes out
 */
public record ListsSettings(
        Path folder,
        int nodes,
        int shards,
        int clients,
        Duration duration,
        Duration patience,
        int historyMax,
        int heapMib,
        long seed) {
    static final int USERS_EACH = 3;

    private static final int HEAP_MIB_MIN = 64;

    public ListsSettings {
        if (nodes != 3 && nodes != 5) {
            throw new IllegalArgumentException("there are 3 or 5 nodes, not " + nodes);
        }
        if (shards < 1 || clients < 1 || historyMax < 1 || heapMib < HEAP_MIB_MIN) {
            throw new IllegalArgumentException(
                    "a run has a shard, a client and a history, and " + HEAP_MIB_MIN + " MiB for a node");
        }
        if (duration.isZero() || patience.isZero()) {
            throw new IllegalArgumentException("times are longer than nothing");
        }
    }

    /** How many nodes may be away without anybody noticing. */
    int awayMax() {
        return (nodes - 1) / 2;
    }
}
