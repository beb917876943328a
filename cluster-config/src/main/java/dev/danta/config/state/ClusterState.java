package dev.danta.config.state;

import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Memberships;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's configuration: every node agrees on each of its versions.
 *
 * @param cluster its name; empty before there is a cluster
 * @param id drawn when the cluster was created, so that two clusters of one name are two
 * @param version of this configuration, one more with each change, and far more with each generation: of two, the one
 *     with the greater version is newer
 * @param replication how many replicas a shard has once there are nodes enough: 1, 3 or 5
 * @param nodes by the number that they share with their replicas
 * @param shards from 0 on without gaps; as many as when the cluster was created
 * @param lost the incarnations of nodes' folders that an operator has given up: they never come back
 * @param before the {@linkplain #generation generations} that this one comes from, each with the version at which it was
 *     left; at most the last {@value #BEFORE_MAX}
 */
public record ClusterState(
        String cluster,
        long id,
        long version,
        int replication,
        SortedMap<ReplicaId, NodeEntry> nodes,
        SortedMap<ShardId, ShardEntry> shards,
        SortedMap<CollectionName, CollectionEntry> collections,
        NavigableSet<Long> lost,
        SortedMap<Long, Long> before) {
    public static final int SHARDS_MAX = 256;
    public static final int NODES_MAX = 256;
    public static final int COLLECTIONS_MAX = 10_000;

    /** Of all that is declared of collections together: every answer, and what a lost group is restored with, carries it. */
    public static final int COLLECTIONS_BYTES_MAX = 1 << 19;

    /** A node's number is 1 to this. */
    public static final int NODE_NUMBER_MAX = 1023;

    /** A node that was away for more recoveries than that is not recognized any more. */
    private static final int BEFORE_MAX = 64;

    /** No generation has so many changes. */
    private static final int GENERATION_BITS = 40;

    /** Before there is a cluster. */
    public static final ClusterState NONE = new ClusterState(
            "", 0, 0, 1, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeMap<>());

    public ClusterState {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
        shards = Collections.unmodifiableSortedMap(new TreeMap<>(shards));
        collections = Collections.unmodifiableSortedMap(new TreeMap<>(collections));
        lost = Collections.unmodifiableNavigableSet(new TreeSet<>(lost));
        before = Collections.unmodifiableSortedMap(new TreeMap<>(before));
    }

    /** Whether there is a cluster. */
    public boolean isCreated() {
        return !cluster.isEmpty();
    }

    /**
     * Tells groups apart that followed each other: 0 for the first, and more for each that was recovered after its majority
     * was lost for good. It contains which node it was recovered from, so that two that are recovered at once are two.
     */
    public long generation() {
        return generationOf(version);
    }

    /** The same, as the first of the next generation: newer than whatever this generation came to. */
    public ClusterState recovered(ReplicaId from) {
        long round = generation() / (NODE_NUMBER_MAX + 1) + 1;
        long next = round * (NODE_NUMBER_MAX + 1) + from.number();
        TreeMap<ShardId, ShardEntry> shardsThen = new TreeMap<>();
        shards.forEach((shard, entry) -> shardsThen.put(shard, entry.inGeneration(next)));
        TreeMap<Long, Long> beforeThen = new TreeMap<>(before);
        beforeThen.put(generation(), version);
        while (beforeThen.size() > BEFORE_MAX) {
            beforeThen.pollFirstEntry();
        }
        return new ClusterState(
                cluster, id, next << GENERATION_BITS, replication, nodes, shardsThen, collections, lost, beforeThen);
    }

    /** The generation of whatever has this version. */
    public static long generationOf(long version) {
        return version >>> GENERATION_BITS;
    }

    /** The node that a generation was recovered from; 0 for the first generation. */
    public static int recoveredFrom(long generation) {
        return (int) (generation % (NODE_NUMBER_MAX + 1));
    }

    /**
     * Whether one of the two is what the other has become or will have become, if it hears of it: else they were recovered
     * separately from what both come from, and whatever either has agreed since the other has not.
     */
    public boolean isOfOneLine(ClusterState other) {
        return isOfOneLine(other.generation()) || other.isOfOneLine(generation());
    }

    private boolean isOfOneLine(long generation) {
        return generation == generation() || before.containsKey(generation);
    }

    /** How many changes that {@code earlier} has heard of were given up on the way to this. */
    public long givenUp(ClusterState earlier) {
        Long left = before.get(earlier.generation());
        return left == null ? 0 : Math.max(0, earlier.version() - left);
    }

    /** Whether a node's folder is lost, and no other one has taken its place. */
    public boolean isLost(ReplicaId node) {
        NodeEntry entry = nodes.get(node);
        return entry != null && lost.contains(entry.incarnation());
    }

    /** The nodes that are to stay. */
    public NavigableSet<ReplicaId> staying() {
        TreeSet<ReplicaId> staying = new TreeSet<>();
        nodes.forEach((node, entry) -> {
            if (!entry.isLeaving()) {
                staying.add(node);
            }
        });
        return staying;
    }

    /** What is declared of collections, in UTF-8. */
    long collectionsBytes() {
        return collections.entrySet().stream()
                .mapToLong(one -> bytesOf(one.getKey(), one.getValue()))
                .sum();
    }

    static long bytesOf(CollectionName name, CollectionEntry entry) {
        return (name.space() + name.collection() + entry.type()).getBytes(StandardCharsets.UTF_8).length;
    }

    /** The active members of every shard. */
    public Memberships memberships() {
        return new Memberships(
                shards.values().stream().map(shard -> shard.config().active()).toList());
    }

    /** The replicas that are wanted, by shard. */
    public SortedMap<ShardId, NavigableSet<ReplicaId>> wanted() {
        TreeMap<ShardId, NavigableSet<ReplicaId>> wanted = new TreeMap<>();
        shards.forEach((shard, entry) -> wanted.put(shard, entry.wanted()));
        return wanted;
    }

    /**
     * Takes a request. A pure function: to see what a request would do, take it and drop the answer.
     *
     * @param rules {@link EpochRules#PROTOCOL}, but in tests of the tests
     */
    public ClusterAnswer take(ClusterRequest request, EpochRules rules) {
        ClusterAnswer answer = NodeChanges.take(this, request);
        return answer != null ? answer : ShardChanges.take(this, request, rules);
    }

    /** The same with other contents, as the next version. */
    ClusterState next(
            @Nullable SortedMap<ReplicaId, NodeEntry> nodesNow, @Nullable SortedMap<ShardId, ShardEntry> shardsNow) {
        return with(
                nodesNow == null ? nodes : nodesNow,
                shardsNow == null ? shards : shardsNow,
                collections,
                lost,
                version + 1);
    }

    ClusterState next(ReplicaId node, NodeEntry entry) {
        TreeMap<ReplicaId, NodeEntry> now = new TreeMap<>(nodes);
        now.put(node, entry);
        return next(now, null);
    }

    ClusterState next(ShardId shard, ShardEntry entry) {
        TreeMap<ShardId, ShardEntry> now = new TreeMap<>(shards);
        now.put(shard, entry);
        return next(null, now);
    }

    ClusterState next(CollectionName name, CollectionEntry entry) {
        TreeMap<CollectionName, CollectionEntry> now = new TreeMap<>(collections);
        now.put(name, entry);
        return with(nodes, shards, now, lost, version + 1);
    }

    /** This version, with other shards. */
    ClusterState withShards(SortedMap<ShardId, ShardEntry> now) {
        return with(nodes, now, collections, lost, version);
    }

    /** This version, with one more lost folder. */
    ClusterState withLost(long incarnation) {
        TreeSet<Long> now = new TreeSet<>(lost);
        now.add(incarnation);
        return with(nodes, shards, collections, now, version);
    }

    private ClusterState with(
            SortedMap<ReplicaId, NodeEntry> nodesNow,
            SortedMap<ShardId, ShardEntry> shardsNow,
            SortedMap<CollectionName, CollectionEntry> collectionsNow,
            NavigableSet<Long> lostNow,
            long versionNow) {
        return new ClusterState(
                cluster, id, versionNow, replication, nodesNow, shardsNow, collectionsNow, lostNow, before);
    }

    ClusterAnswer done(ClusterRequest request, String why) {
        return new ClusterAnswer(request, this, true, why);
    }

    ClusterAnswer refused(ClusterRequest request, String why) {
        return new ClusterAnswer(request, this, false, why);
    }
}
