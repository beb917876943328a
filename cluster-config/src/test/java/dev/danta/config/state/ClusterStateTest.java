package dev.danta.config.state;

import static dev.danta.config.Requests.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.config.Requests;
import dev.danta.config.codec.RequestCodec;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of each request, and what the operator is told. */
final class ClusterStateTest {
    private static final ShardId SHARD = new ShardId(0);

    private ClusterState state = ClusterState.NONE;

    private ClusterAnswer take(ClusterRequest request) {
        ClusterAnswer answer = state.take(request, EpochRules.PROTOCOL);
        assertThat(answer.state().version()).as("%s", request).isGreaterThanOrEqualTo(state.version());
        if (answer.state().version() == state.version()) {
            assertThat(answer.state()).as("%s changes nothing unsaid", request).isEqualTo(state);
        }
        state = answer.state();
        return answer;
    }

    private void done(ClusterRequest request) {
        ClusterAnswer answer = take(request);
        assertThat(answer.done()).as("%s: %s", request, answer.why()).isTrue();
    }

    private String refused(ClusterRequest request) {
        ClusterState before = state;
        ClusterAnswer answer = take(request);
        assertThat(answer.done()).as("%s", request).isFalse();
        assertThat(state).isEqualTo(before);
        return answer.why();
    }

    private void begin(int shards, int replication, int nodes) {
        done(Requests.create(shards, replication));
        for (int shard = 0; shard < shards; shard++) {
            done(Requests.register(1, shard, 0, 1));
        }
        for (int node = 2; node <= nodes; node++) {
            done(Requests.add(node));
        }
        settle();
    }

    private ShardEntry shard(ShardId shard) {
        return state.shards().get(shard);
    }

    /** Runs all changes that the steward wants, as drivers and nodes would. */
    private void settle() {
        List<Steward.Task> tasks = wantedTasks();
        for (int rounds = 0; !tasks.isEmpty(); rounds++) {
            assertThat(rounds).as("%s", tasks).isLessThan(1_000);
            for (Steward.Task task : tasks) {
                run(task);
            }
            tasks = wantedTasks();
        }
    }

    private List<Steward.Task> wantedTasks() {
        registerAll();
        return Steward.tasks(state, new TreeSet<>(), 2, node -> true);
    }

    /** Every node opens the stores that it should have, and deletes those that are spent. */
    private void registerAll() {
        for (ReplicaId node : state.nodes().keySet()) {
            for (ShardId shard : state.shards().keySet()) {
                var registered = shard(shard).config().starts().get(node);
                if (registered != null && shard(shard).isSpent(node, registered.incarnation())) {
                    done(new ClusterRequest.Release(shard, node, registered.incarnation()));
                    registered = null;
                }
                boolean isGone = registered != null && shard(shard).lost().contains(registered.incarnation());
                if (shard(shard).wanted().contains(node) && (registered == null || isGone) && !state.isLost(node)) {
                    take(Requests.register(node.number(), shard.number(), ++stores, 1));
                }
            }
        }
    }

    private int stores;

    private void run(Steward.Task task) {
        if (task instanceof Steward.Task.Change change) {
            ConfigRequest propose = new ConfigRequest.Propose(change.from(), change.incarnations());
            done(new ClusterRequest.OfShard(change.shard(), propose));
            ShardConfig config = shard(change.shard()).config();
            Epoch next = new Epoch(change.from().number() + 1);
            done(new ClusterRequest.OfShard(change.shard(), new ConfigRequest.Activate(next, config.lastAttempt())));
        } else if (task instanceof Steward.Task.Finish finish) {
            done(new ClusterRequest.Finished(finish.shard(), finish.epoch()));
        } else if (task instanceof Steward.Task.Forget forget) {
            done(new ClusterRequest.ForgetNode(forget.node(), forget.incarnation()));
        }
    }

    private static SortedMap<ReplicaId, Long> incarnations(Map<Integer, Long> members) {
        TreeMap<ReplicaId, Long> incarnations = new TreeMap<>();
        members.forEach((member, incarnation) -> incarnations.put(node(member), incarnation));
        return incarnations;
    }

    @Test
    void aClusterIsCreatedOnce() {
        done(Requests.create(4, 3));
        assertThat(state.version()).isEqualTo(1);
        assertThat(state.shards()).hasSize(4);
        assertThat(state.memberships().all())
                .allMatch(members -> members.members().equals(List.of(node(1))));
        done(Requests.create(4, 3));
        assertThat(state.version()).as("the same again").isEqualTo(1);
        ClusterRequest.Create first = Requests.create(4, 3);
        assertThat(refused(new ClusterRequest.Create(
                        "shop",
                        8,
                        3,
                        first.first(),
                        first.address(),
                        first.configAddress(),
                        first.disk(),
                        first.disks())))
                .isEqualTo("this is cluster shop already");
    }

    static Stream<ClusterRequest> invalidCreates() {
        ClusterRequest.Create good = Requests.create(2, 3);
        TreeMap<ShardId, Long> gap = new TreeMap<>(Map.of(new ShardId(0), 1L, new ShardId(2), 2L));
        return Stream.of(
                new ClusterRequest.Create(
                        " ", 7, 3, good.first(), good.address(), good.configAddress(), good.disk(), good.disks()),
                Requests.create(2, 2),
                Requests.create(0, 3),
                Requests.create(257, 3),
                new ClusterRequest.Create(
                        "shop", 7, 3, good.first(), good.address(), good.configAddress(), good.disk(), gap),
                new ClusterRequest.Create(
                        "shop", 7, 3, node(1024), good.address(), good.configAddress(), good.disk(), good.disks()));
    }

    @ParameterizedTest
    @MethodSource("invalidCreates")
    void anImpossibleClusterIsRefusedWithAReason(ClusterRequest create) {
        assertThat(refused(create)).isNotBlank();
    }

    @Test
    void beforeThereIsAClusterThereAreNoNodesAndNoShards() {
        assertThat(refused(Requests.add(2))).contains("there is no cluster yet");
        assertThat(refused(new ClusterRequest.StartNode(node(1), Requests.folder(1))))
                .contains("there is no cluster yet");
        assertThat(refused(new ClusterRequest.OfShard(SHARD, new ConfigRequest.Read())))
                .contains("there is no cluster yet");
        assertThat(refused(new ClusterRequest.Declare(
                        new CollectionName("shop", "orders"), new CollectionEntry("register"))))
                .contains("there is no cluster yet");
    }

    @Test
    void threeNodesHaveThreeReplicasOfEveryShardAndTwoHaveOne() {
        begin(4, 3, 2);
        assertThat(state.shards().values())
                .allMatch(shard -> shard.config().active().size() == 1);
        done(Requests.add(3));
        assertThat(state.shards().values()).allMatch(ShardEntry::isChanging);
        settle();
        assertThat(state.shards().values())
                .allMatch(shard -> shard.config().active().size() == 3 && !shard.isChanging());
    }

    @Test
    void anIdUsedTwiceIsRefused() {
        begin(1, 3, 3);
        ClusterRequest second =
                new ClusterRequest.AddNode(node(3), "127.0.0.1:9001", "127.0.0.1:9002", new NodeIdentity(99, 1, 1));
        assertThat(refused(second))
                .isEqualTo("node 3 is known to cluster shop with another disk: its folder is empty or not its own."
                        + " If its disk is lost, run: danta cluster replace 3");
    }

    @Test
    void oneFolderUnderTwoIdsIsRefused() {
        begin(1, 3, 3);
        ClusterRequest second =
                new ClusterRequest.AddNode(node(4), "127.0.0.1:9001", "127.0.0.1:9002", Requests.folder(3));
        assertThat(refused(second)).isEqualTo("this folder is that of node 3, not of node 4");
    }

    @Test
    void addressesUsedTwiceAreRefused() {
        begin(1, 3, 3);
        NodeIdentity fresh = new NodeIdentity(99, 1, 1);
        assertThat(refused(new ClusterRequest.AddNode(node(4), Requests.address(2), "127.0.0.1:9002", fresh)))
                .isEqualTo(Requests.address(2) + " is the address of node 2 already");
        assertThat(refused(new ClusterRequest.AddNode(node(4), "127.0.0.1:9001", Requests.configAddress(3), fresh)))
                .isEqualTo(Requests.configAddress(3) + " is the address of node 3 already");
        assertThat(refused(new ClusterRequest.SetAddress(node(3), 30, Requests.address(1), "127.0.0.1:9002")))
                .isEqualTo(Requests.address(1) + " is the address of node 1 already");
        done(new ClusterRequest.SetAddress(node(3), 30, "127.0.0.1:9001", "127.0.0.1:9002"));
        assertThat(state.nodes().get(node(3)).address()).isEqualTo("127.0.0.1:9001");
    }

    @Test
    void aStartIsCountedAndAnOlderCopyIsRefused() {
        begin(1, 3, 3);
        NodeIdentity second = new NodeIdentity(30, 2, 77);
        done(new ClusterRequest.StartNode(node(3), second));
        done(new ClusterRequest.StartNode(node(3), second));
        assertThat(refused(new ClusterRequest.StartNode(node(3), new NodeIdentity(30, 2, 78))))
                .isEqualTo("the folder of node 3 is an older copy: it was started 2 times, and this one knows of 1."
                        + " If its disk is lost, run: danta cluster replace 3");
        assertThat(refused(new ClusterRequest.StartNode(node(3), Requests.folder(3))))
                .contains("older copy");
        assertThat(refused(new ClusterRequest.StartNode(node(3), new NodeIdentity(31, 9, 1))))
                .contains("another disk");
        assertThat(refused(new ClusterRequest.StartNode(node(9), new NodeIdentity(90, 1, 1))))
                .isEqualTo("node 9 is not in cluster shop: start it with --join and the address of one that is");
        done(new ClusterRequest.StartNode(node(3), new NodeIdentity(30, 3, 79)));
    }

    @Test
    void aLostFolderIsReplacedByTheNextNewOneAndNeverComesBack() {
        begin(2, 3, 3);
        done(new ClusterRequest.ReplaceNode(node(3), 30));
        assertThat(state.isLost(node(3))).isTrue();
        assertThat(take(new ClusterRequest.ReplaceNode(node(3), 30)).why()).contains("waits for its new disk already");
        assertThat(Steward.tasks(state, new TreeSet<>(), 9, node -> true))
                .as("nobody to replace it yet")
                .isEmpty();
        assertThat(refused(new ClusterRequest.StartNode(node(3), new NodeIdentity(30, 5, 5))))
                .contains("was given up");
        long old = shard(SHARD).config().incarnations().get(node(3));
        assertThat(refused(
                        new ClusterRequest.OfShard(SHARD, new ConfigRequest.Register(node(3), Requests.disk(old, 9)))))
                .isEqualTo("the store of shard 0 on node 3 was given up");
        SortedMap<ReplicaId, Long> before = shard(SHARD).config().incarnations();

        done(new ClusterRequest.StartNode(node(3), new NodeIdentity(31, 1, 1)));
        assertThat(state.isLost(node(3))).isFalse();
        settle();
        assertThat(state.shards().values())
                .allMatch(shard -> !shard.isChanging()
                        && shard.config().incarnations().get(node(3)) != null
                        && !shard.lost().contains(shard.config().incarnations().get(node(3))));
        assertThat(refused(new ClusterRequest.OfShard(
                        SHARD,
                        new ConfigRequest.Propose(shard(SHARD).config().active().epoch(), before))))
                .contains("whose disk is given up");
        done(new ClusterRequest.ReplaceNode(node(3), 30));
        assertThat(state.isLost(node(3))).as("the old request, again").isFalse();
        assertThat(refused(new ClusterRequest.ReplaceNode(node(3), 32))).isEqualTo("node 3 has another disk by now");
    }

    @Test
    void tooManyDisksAreNotGivenUp() {
        begin(2, 3, 3);
        done(new ClusterRequest.ReplaceNode(node(3), 30));
        assertThat(refused(new ClusterRequest.ReplaceNode(node(2), 20)))
                .isEqualTo(
                        "shard 0 would have 1 of 3 replicas left, too few to go on from: the disk of node 2 is needed");
    }

    @Test
    void theLastReplicaIsNotGivenUp() {
        begin(2, 3, 1);
        assertThat(refused(new ClusterRequest.ReplaceNode(node(1), 10))).contains("would have 0 of 1 replicas left");
        assertThat(refused(new ClusterRequest.LeaveNode(node(1), 10, false)))
                .isEqualTo("node 1 is the last one of cluster shop: without it nothing would be left");
    }

    @Test
    void aNodeLeavesAndIsForgottenOnceItHasNothing() {
        begin(4, 3, 4);
        done(new ClusterRequest.LeaveNode(node(2), 20, false));
        assertThat(take(new ClusterRequest.LeaveNode(node(2), 20, false)).why()).isEqualTo("node 2 is leaving already");
        assertThat(refused(new ClusterRequest.ForgetNode(node(2), 20))).contains("still has replicas");
        settle();
        assertThat(state.nodes()).doesNotContainKey(node(2));
        assertThat(state.shards().values())
                .allMatch(shard ->
                        !shard.concerns(node(2)) && shard.config().active().size() == 3);
        done(new ClusterRequest.ForgetNode(node(2), 20));
        assertThat(refused(new ClusterRequest.StartNode(node(2), new NodeIdentity(20, 2, 1))))
                .isEqualTo("the folder of node 2 was given up, and must not come back: start with an empty one");
        done(new ClusterRequest.AddNode(
                node(2), Requests.address(2), Requests.configAddress(2), new NodeIdentity(21, 1, 1)));
    }

    @Test
    void aNodeWhoseDiskIsLostLeavesWithoutGivingAnythingAway() {
        begin(4, 3, 4);
        done(new ClusterRequest.LeaveNode(node(2), 20, true));
        assertThat(refused(new ClusterRequest.AddNode(
                        node(2), Requests.address(2), Requests.configAddress(2), new NodeIdentity(21, 1, 1))))
                .isEqualTo("node 2 is leaving cluster shop: wait until it is gone, or take another number");
        boolean isWaitedFor = Stream.iterate(0, round -> round < 50, round -> round + 1)
                .flatMap(round -> {
                    List<Steward.Task> tasks = wantedTasks();
                    tasks.forEach(this::run);
                    return tasks.stream();
                })
                .anyMatch(task -> task instanceof Steward.Task.Finish finish
                        && finish.leaving().contains(node(2)));
        assertThat(isWaitedFor).isFalse();
        assertThat(state.nodes()).doesNotContainKey(node(2));
        assertThat(state.lost()).contains(20L);
    }

    @Test
    void fewerNodesThanReplicasAreRefused() {
        begin(2, 3, 3);
        assertThat(refused(new ClusterRequest.LeaveNode(node(2), 20, false)))
                .isEqualTo("without node 2 there would be 2 nodes for 3 replicas of each shard: add another one first");
        assertThat(refused(new ClusterRequest.LeaveNode(node(9), 90, false)))
                .isEqualTo("node 9 is not in cluster shop");
        assertThat(refused(new ClusterRequest.LeaveNode(node(2), 21, false)))
                .isEqualTo("node 2 has another disk by now");
    }

    @Test
    void whileShardsChangeNoNodeLeavesAndNoReplicaMoves() {
        begin(4, 3, 3);
        done(Requests.add(4));
        assertThat(refused(new ClusterRequest.LeaveNode(node(2), 20, false)))
                .isEqualTo("3 of 4 shards are changing: wait until danta cluster status says that they are done");
        ShardId changing = state.shards().entrySet().stream()
                .filter(shard -> shard.getValue().isChanging())
                .findFirst()
                .orElseThrow()
                .getKey();
        ReplicaId from = shard(changing).wanted().first();
        ReplicaId to = state.nodes().keySet().stream()
                .filter(node -> !shard(changing).wanted().contains(node))
                .findFirst()
                .orElseThrow();
        assertThat(refused(new ClusterRequest.MoveReplica(changing, new Epoch(2), from, to)))
                .isEqualTo("shard 0 is changing already: wait until danta cluster status says that it is done");
    }

    @Test
    void aReplicaMovesToANodeThatHasNone() {
        begin(1, 3, 4);
        ReplicaId to = state.nodes().keySet().stream()
                .filter(node -> !shard(SHARD).wanted().contains(node))
                .findFirst()
                .orElseThrow();
        ReplicaId from = shard(SHARD).wanted().first();
        Epoch epoch = shard(SHARD).config().active().epoch();
        assertThat(refused(new ClusterRequest.MoveReplica(SHARD, new Epoch(99), from, to)))
                .contains("is in epoch");
        assertThat(refused(new ClusterRequest.MoveReplica(
                        SHARD, epoch, from, shard(SHARD).wanted().last())))
                .contains("has a replica on node");
        assertThat(refused(new ClusterRequest.MoveReplica(SHARD, epoch, from, node(9))))
                .isEqualTo("node 9 is not in cluster shop");
        assertThat(refused(new ClusterRequest.MoveReplica(new ShardId(5), epoch, from, to)))
                .isEqualTo("there is no shard 5: cluster shop has 1, from 0 on");
        ClusterRequest move = new ClusterRequest.MoveReplica(SHARD, epoch, from, to);
        done(move);
        done(move);
        settle();
        assertThat(shard(SHARD).config().active().members()).contains(to).doesNotContain(from);
        assertThat(shard(SHARD).concerns(from)).isFalse();
        done(move);
        Epoch now = shard(SHARD).config().active().epoch();
        done(new ClusterRequest.MoveReplica(SHARD, now, to, from));
        settle();
        assertThat(shard(SHARD).config().active().members()).contains(from);
        assertThat(refused(new ClusterRequest.MoveReplica(SHARD, epoch, from, to)))
                .contains("is in epoch");
    }

    @Test
    void aStoreIsReleasedOnlyWhenNobodyNeedsIt() {
        begin(1, 3, 3);
        long store = shard(SHARD).config().incarnations().get(node(3));
        assertThat(refused(new ClusterRequest.Release(SHARD, node(3), store)))
                .isEqualTo("the store of shard 0 on node 3 is still needed");
        done(Requests.add(4));
        Epoch from = shard(SHARD).config().active().epoch();
        done(new ClusterRequest.MoveReplica(SHARD, from, node(3), node(4)));
        assertThat(take(Requests.register(4, 0, 1, 1)).why()).isEqualTo("node 4 is no member of shard 0 yet");
        long fresh = Requests.store(4, 0, 1);
        done(new ClusterRequest.OfShard(
                SHARD,
                new ConfigRequest.Propose(
                        from,
                        incarnations(Map.of(
                                1,
                                shard(SHARD).config().incarnations().get(node(1)),
                                2,
                                shard(SHARD).config().incarnations().get(node(2)),
                                4,
                                fresh)))));
        done(new ClusterRequest.OfShard(
                SHARD,
                new ConfigRequest.Activate(
                        new Epoch(from.number() + 1), shard(SHARD).config().lastAttempt())));
        assertThat(refused(new ClusterRequest.Release(SHARD, node(3), store)))
                .as("not finished: it may have what nobody else has")
                .contains("still needed");
        done(new ClusterRequest.Finished(SHARD, new Epoch(from.number() + 1)));
        done(new ClusterRequest.Release(SHARD, node(3), store));
        assertThat(shard(SHARD).config().starts()).doesNotContainKey(node(3));
        assertThat(refused(new ClusterRequest.OfShard(
                        SHARD, new ConfigRequest.Register(node(3), Requests.disk(store, 9)))))
                .isNotBlank();
    }

    @Test
    void whatAShardDoesNotTakeIsSaidInItsWords() {
        begin(1, 3, 3);
        ShardConfig config = shard(SHARD).config();
        long store = config.incarnations().get(node(2));
        done(new ClusterRequest.OfShard(SHARD, new ConfigRequest.Register(node(2), Requests.disk(store, 5))));
        assertThat(refused(new ClusterRequest.OfShard(
                        SHARD, new ConfigRequest.Register(node(2), Requests.disk(store, 3)))))
                .isEqualTo("the store of shard 0 on node 2 is an older copy");
        assertThat(refused(new ClusterRequest.OfShard(
                        SHARD, new ConfigRequest.Propose(Epoch.FIRST, config.incarnations()))))
                .isEqualTo("shard 0 is in epoch 2 by now");
        assertThat(refused(new ClusterRequest.OfShard(SHARD, new ConfigRequest.Activate(new Epoch(3), 7))))
                .isEqualTo("shard 0 is not waiting for attempt 7 of epoch 3");
        TreeMap<ReplicaId, Long> unknown = new TreeMap<>(config.incarnations());
        unknown.put(node(2), 4711L);
        assertThat(refused(new ClusterRequest.OfShard(
                        SHARD, new ConfigRequest.Propose(config.active().epoch(), unknown))))
                .isEqualTo("shard 0 was to have a member whose disk nobody knows, or that was released");
        TreeMap<ReplicaId, Long> two = new TreeMap<>(config.incarnations());
        two.remove(node(1));
        assertThat(refused(new ClusterRequest.OfShard(
                        SHARD, new ConfigRequest.Propose(config.active().epoch(), two))))
                .isEqualTo("a shard has an odd number of replicas, not 2");
    }

    @Test
    void aShardIsNotFinishedInAnotherEpoch() {
        begin(1, 3, 3);
        assertThat(refused(new ClusterRequest.Finished(SHARD, Epoch.FIRST))).isEqualTo("shard 0 is in epoch 2 by now");
    }

    @Test
    void aNodeIsDrainedAndIsNot() {
        begin(1, 3, 3);
        done(new ClusterRequest.Drain(node(2), 20, true));
        assertThat(state.nodes().get(node(2)).draining()).isTrue();
        done(new ClusterRequest.Drain(node(2), 20, false));
        assertThat(state.nodes().get(node(2)).draining()).isFalse();
        assertThat(refused(new ClusterRequest.Drain(node(2), 21, true))).isEqualTo("node 2 has another disk by now");
        assertThat(refused(new ClusterRequest.Drain(node(8), 21, true))).isEqualTo("node 8 is not in cluster shop");
    }

    @Test
    void aCollectionKeepsItsType() {
        begin(1, 1, 1);
        CollectionName orders = new CollectionName("shop", "orders");
        done(new ClusterRequest.Declare(orders, new CollectionEntry("register")));
        done(new ClusterRequest.Declare(orders, new CollectionEntry("register")));
        assertThat(refused(new ClusterRequest.Declare(orders, new CollectionEntry("counter"))))
                .isEqualTo("collection shop/orders has values of type register, not counter");
    }

    /** A lost group is restored by one request with all of it, and those are bounded. */
    @Test
    void collectionsAreBoundedByWhatTheyTakeAltogether() {
        begin(1, 1, 1);
        CollectionEntry longest = new CollectionEntry("\u00fc".repeat(100));
        ClusterAnswer answer;
        int declared = -1;
        do {
            declared++;
            CollectionName name = new CollectionName("\u00fc".repeat(100), "\u00fc".repeat(90) + declared);
            answer = take(new ClusterRequest.Declare(name, longest));
        } while (answer.done());
        assertThat(declared).isGreaterThan(800);
        assertThat(answer.why()).startsWith("the names and types of a cluster's collections take at most 524288 bytes");
        byte[] restore = RequestCodec.encode(new ClusterRequest.Restore(state.recovered(node(1))));
        assertThat(restore.length).isBetween(ClusterState.COLLECTIONS_BYTES_MAX, 1 << 20);
    }

    @Test
    void aRecoveredConfigurationIsNewerThanWhateverWasAgreedBefore() {
        begin(1, 3, 3);
        ClusterState recovered = state.recovered(node(2));
        assertThat(recovered.version()).isGreaterThan(state.version() + 1_000_000_000L);
        assertThat(recovered.generation()).isNotEqualTo(state.recovered(node(3)).generation());
        assertThat(recovered.recovered(node(1)).version())
                .isGreaterThan(state.recovered(node(1023)).version());
        ClusterRequest restore = new ClusterRequest.Restore(recovered);
        assertThat(refused(restore)).contains("this is cluster shop already");
        state = ClusterState.NONE;
        assertThat(refused(new ClusterRequest.Restore(ClusterState.NONE))).isEqualTo("there is nothing to restore");
        done(restore);
        assertThat(state).isEqualTo(recovered);
        done(restore);
    }

    @Test
    void twoThatWereRecoveredSeparatelyAreNotOfOneLine() {
        begin(1, 3, 3);
        ClusterState first = state;
        ClusterState fromTwo = first.recovered(node(2));
        ClusterState fromThree = first.recovered(node(3));
        assertThat(ClusterState.recoveredFrom(fromThree.generation())).isEqualTo(3);
        assertThat(fromTwo.isOfOneLine(first)).isTrue();
        assertThat(first.isOfOneLine(fromTwo)).isTrue();
        assertThat(fromTwo.isOfOneLine(
                        fromTwo.take(Requests.add(4), EpochRules.PROTOCOL).state()))
                .isTrue();
        assertThat(fromTwo.isOfOneLine(fromThree)).isFalse();
        assertThat(fromThree.isOfOneLine(fromTwo)).isFalse();
        ClusterState again = fromTwo.recovered(node(1));
        assertThat(again.isOfOneLine(fromTwo)).isTrue();
        assertThat(again.isOfOneLine(first)).as("two steps on").isTrue();
        assertThat(again.isOfOneLine(fromThree)).isFalse();
    }

    @Test
    void whatAnotherHadHeardBeyondARecoveryIsCounted() {
        begin(1, 3, 3);
        ClusterState recovered = state.recovered(node(2));
        assertThat(recovered.givenUp(state)).isZero();
        done(new ClusterRequest.Drain(node(3), 30, true));
        done(Requests.add(4));
        assertThat(recovered.givenUp(state)).isEqualTo(2);
        assertThat(recovered.givenUp(recovered)).isZero();
    }

    @Test
    void aLineIsKnownBackThroughManyRecoveries() {
        begin(1, 3, 3);
        ClusterState last = state;
        for (int i = 0; i < 64; i++) {
            last = last.recovered(node(1 + i % 3));
        }
        assertThat(last.isOfOneLine(state)).isTrue();
        last = last.recovered(node(1));
        assertThat(last.isOfOneLine(state)).as("it takes no more room").isFalse();
        assertThat(last.before()).hasSize(64);
    }
}
