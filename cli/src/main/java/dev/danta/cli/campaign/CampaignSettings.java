package dev.danta.cli.campaign;

import dev.danta.bench.LoadSettings;
import dev.danta.bench.TransferWorkload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How large a campaign is.
 *
 * @param folder for the nodes' data and what they say; it stays
 * @param chapters what happens, in this order
 * @param shards of the cluster
 * @param accounts that the load works on
 * @param clients closed loops
 * @param readPercent share of operations that only read
 * @param calm between chapters
 * @param outage how long the nodes cannot agree, in that chapter
 * @param patience how long anything may take to come about
 * @param historyMax how many operations are taken down at most; when there are more, the campaign has failed
 * @param heapMib what one node may use for objects
 * @param seed of the load
 */
public record CampaignSettings(
        Path folder,
        List<Chapter> chapters,
        int shards,
        int accounts,
        int clients,
        int readPercent,
        Duration calm,
        Duration outage,
        Duration patience,
        int historyMax,
        int heapMib,
        long seed) {
    /** Of one operation, with its retries. */
    static final Duration OPERATION_DEADLINE = Duration.ofSeconds(20);

    private static final int HEAP_MIB_MIN = 64;
    private static final Duration LONGEST = Duration.ofHours(12);

    /** What can happen. A cluster begins with the nodes 1 to 3. */
    public enum Chapter {
        /** The next node comes. */
        ADD,
        /** A shard's replica is moved from one node to another. */
        MOVE,
        /** A node is killed and its folder wiped; it is refused, and then replaced. */
        REPLACE,
        /** The node that came last is removed. */
        REMOVE,
        /** Each node is told to end, and started again. */
        ROLLING,
        /** Whoever looks after changes is killed while a node comes. */
        LEADER,
        /** The nodes cannot agree on the configuration for a while; a change that is asked for meanwhile is done afterwards. */
        OUTAGE,
        /** Whoever drives a change is killed in different phases of it. */
        DRIVERS,
        /** A node gets an older copy of its folder back; it is refused, and then replaced. */
        COPY,
        /** A node is killed, and started again on its folder after a quarter of an outage. */
        KILL,
        /** A node stands still for a quarter of an outage, and goes on. */
        PAUSE,
        /** A node is cut off from all others, but not from clients, for a quarter of an outage. */
        PART
    }

    public CampaignSettings {
        chapters = List.copyOf(chapters);
        if (shards < 1 || clients < 1 || historyMax < 1 || heapMib < HEAP_MIB_MIN) {
            throw new IllegalArgumentException(
                    "a campaign has a shard, a client and a history, and " + HEAP_MIB_MIN + " MiB for a node");
        }
        if (calm.isZero() || outage.isZero() || patience.isZero()) {
            throw new IllegalArgumentException("times are longer than nothing");
        }
    }

    /** What clients do. */
    TransferWorkload workload() {
        return new TransferWorkload(accounts, readPercent);
    }

    /** How they do it. The load ends with the last chapter. */
    public LoadSettings load() {
        return new LoadSettings(
                clients,
                Duration.ZERO,
                LONGEST,
                seed,
                OPERATION_DEADLINE.multipliedBy(2).plusSeconds(5));
    }
}
