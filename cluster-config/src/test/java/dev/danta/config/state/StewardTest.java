package dev.danta.config.state;

import static dev.danta.config.Requests.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.config.Requests;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which change runs next. The cluster has 4 shards; node 1 has them all. */
final class StewardTest {
    private static final int SHARDS = 4;

    private ClusterState state = ClusterState.NONE;

    @BeforeEach
    void begin() {
        take(Requests.create(SHARDS, 3));
        for (int shard = 0; shard < SHARDS; shard++) {
            take(Requests.register(1, shard, 0, 1));
        }
    }

    private void take(ClusterRequest request) {
        state = state.take(request, EpochRules.PROTOCOL).state();
    }

    private List<Steward.Task> tasks(int changesMax) {
        return Steward.tasks(state, Set.of(), changesMax, node -> true);
    }

    private static SortedMap<ReplicaId, Long> stores(int shard, int... nodes) {
        SortedMap<ReplicaId, Long> stores = new TreeMap<>();
        for (int node : nodes) {
            stores.put(node(node), Requests.store(node, shard, 0));
        }
        return stores;
    }

    private void grow(int... shards) {
        take(Requests.add(2));
        take(Requests.add(3));
        for (int shard : shards) {
            take(Requests.register(2, shard, 0, 1));
            take(Requests.register(3, shard, 0, 1));
        }
    }

    private void propose(int shard, SortedMap<ReplicaId, Long> members) {
        Epoch from = state.shards().get(new ShardId(shard)).config().active().epoch();
        take(new ClusterRequest.OfShard(new ShardId(shard), new ConfigRequest.Propose(from, members)));
    }

    private void activate(int shard) {
        var config = state.shards().get(new ShardId(shard)).config();
        take(new ClusterRequest.OfShard(
                new ShardId(shard),
                new ConfigRequest.Activate(new Epoch(config.active().epoch().number() + 1), config.lastAttempt())));
    }

    @Test
    void aClusterThatIsAsItShouldBeHasNothingToDo() {
        assertThat(tasks(9)).isEmpty();
        take(Requests.add(2));
        assertThat(tasks(9)).isEmpty();
    }

    @Test
    void aChangeWaitsUntilAllItsMembersHaveADisk() {
        grow(1);
        assertThat(tasks(9)).containsExactly(new Steward.Task.Change(new ShardId(1), Epoch.FIRST, stores(1, 1, 2, 3)));
        take(Requests.register(2, 0, 0, 1));
        assertThat(tasks(9)).hasSize(1);
    }

    @Test
    void notMoreShardsChangeAtATimeThanMay() {
        grow(0, 1, 2, 3);
        assertThat(tasks(2)).hasSize(2);
        assertThat(Steward.tasks(state, Set.of(new ShardId(0), new ShardId(1)), 2, node -> true))
                .isEmpty();
        assertThat(Steward.tasks(state, Set.of(new ShardId(0)), 2, node -> true))
                .containsExactly(new Steward.Task.Change(new ShardId(1), Epoch.FIRST, stores(1, 1, 2, 3)));
    }

    @Test
    void nothingMovesToNodesThatMostlyAreAway() {
        grow(0);
        assertThat(Steward.tasks(state, Set.of(), 2, node(1)::equals)).isEmpty();
        assertThat(Steward.tasks(state, Set.of(), 2, node -> !node(3).equals(node)))
                .hasSize(1);
    }

    @Test
    void whatIsSealedComesFirstAndWhatIsLostNext() {
        grow(0, 1, 2, 3);
        propose(1, stores(1, 1, 2, 3));
        activate(1);
        take(new ClusterRequest.Finished(new ShardId(1), new Epoch(2)));
        propose(2, stores(2, 1, 2, 3));
        activate(2);
        propose(3, stores(3, 1, 2, 3));
        take(new ClusterRequest.ReplaceNode(node(3), 30));
        take(new ClusterRequest.StartNode(node(3), new NodeIdentity(31, 1, 1)));
        take(Requests.register(3, 1, 1, 1));
        assertThat(tasks(9).stream()
                        .map(task -> task.getClass().getSimpleName() + " "
                                + (task instanceof Steward.Task.Change change
                                        ? change.shard()
                                        : ((Steward.Task.Finish) task).shard())))
                .containsExactly("Change s3", "Change s1", "Finish s2");
    }

    @Test
    void aChangeThatWasBegunIsEndedEvenIfItsMembersAreNotWantedAnyMore() {
        grow(0);
        propose(0, stores(0, 1, 2, 3));
        take(new ClusterRequest.ReplaceNode(node(3), 30));
        assertThat(tasks(9))
                .as("node 3's disk is lost and no other one is there: on with those that it has")
                .containsExactly(new Steward.Task.Change(new ShardId(0), Epoch.FIRST, stores(0, 1)));
    }

    @Test
    void aFinishedChangeBringsWhatIsOnThoseThatLeft() {
        grow(0);
        propose(0, stores(0, 2));
        activate(0);
        assertThat(tasks(9))
                .containsExactly(new Steward.Task.Finish(new ShardId(0), new Epoch(2), List.of(node(1)), List.of()));
        take(new ClusterRequest.Finished(new ShardId(0), new Epoch(2)));
        long old = Requests.store(1, 0, 0);
        assertThat(state.shards().get(new ShardId(0)).isSpent(node(1), old)).isTrue();
        assertThat(tasks(9))
                .as("node 1 is wanted, and has to come with another disk")
                .isEmpty();
        take(new ClusterRequest.Release(new ShardId(0), node(1), old));
        take(Requests.register(1, 0, 1, 1));
        SortedMap<ReplicaId, Long> wanted = stores(0, 2, 3);
        wanted.put(node(1), Requests.store(1, 0, 1));
        assertThat(tasks(9)).containsExactly(new Steward.Task.Change(new ShardId(0), new Epoch(2), wanted));
    }

    @Test
    void whatCannotBeFinishedNowTakesNobodysPlace() {
        grow(0, 1);
        propose(0, stores(0, 1, 2, 3));
        activate(0);
        assertThat(Steward.tasks(state, Set.of(), 1, node -> !node(3).equals(node)))
                .containsExactly(new Steward.Task.Change(new ShardId(1), Epoch.FIRST, stores(1, 1, 2, 3)));
        assertThat(tasks(1))
                .containsExactly(new Steward.Task.Finish(new ShardId(0), new Epoch(2), List.of(), List.of()));
    }

    @Test
    void aNodeThatHasGivenEverythingAwayIsForgotten() {
        grow();
        take(Requests.add(4));
        assertThat(Map.copyOf(state.nodes())).containsKey(node(4));
        take(new ClusterRequest.LeaveNode(node(4), 40, true));
        assertThat(tasks(0)).containsExactly(new Steward.Task.Forget(node(4), 40));
    }
}
