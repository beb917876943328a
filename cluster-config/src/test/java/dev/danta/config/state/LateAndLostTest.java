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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Schedules of messages that are late, and of disks that are lost while a change is under way. */
final class LateAndLostTest {
    private static final ShardId SHARD = new ShardId(0);

    private ClusterState state = ClusterState.NONE;

    private ClusterAnswer take(ClusterRequest request) {
        ClusterAnswer answer = state.take(request, EpochRules.PROTOCOL);
        state = answer.state();
        return answer;
    }

    private void done(ClusterRequest request) {
        ClusterAnswer answer = take(request);
        assertThat(answer.done()).as("%s: %s", request, answer.why()).isTrue();
    }

    private ShardEntry shard() {
        return state.shards().get(SHARD);
    }

    private static SortedMap<ReplicaId, Long> disks(Map<Integer, Long> members) {
        TreeMap<ReplicaId, Long> disks = new TreeMap<>();
        members.forEach((member, incarnation) -> disks.put(node(member), incarnation));
        return disks;
    }

    private static ClusterRequest of(ConfigRequest request) {
        return new ClusterRequest.OfShard(SHARD, request);
    }

    private static long disk(int node) {
        return Requests.store(node, 0, node == 1 ? 0 : 1);
    }

    /** One shard on nodes 1 to 3, in its second epoch, all well. */
    private void begin(int replication) {
        done(Requests.create(1, replication));
        done(Requests.register(1, 0, 0, 1));
        done(Requests.add(2));
        done(Requests.add(3));
        for (int node = 2; node <= 3; node++) {
            take(Requests.register(node, 0, 1, 1));
        }
        if (replication == 3) {
            done(of(new ConfigRequest.Propose(Epoch.FIRST, disks(Map.of(1, disk(1), 2, disk(2), 3, disk(3))))));
            done(of(new ConfigRequest.Activate(epoch(2), 1)));
            done(new ClusterRequest.Finished(SHARD, epoch(2)));
        }
    }

    private static Epoch epoch(long number) {
        return new Epoch(number);
    }

    private void move(int from, int to) {
        done(new ClusterRequest.MoveReplica(SHARD, shard().config().active().epoch(), node(from), node(to)));
        take(Requests.register(to, 0, 1, 1));
    }

    /** Node 4 has deleted its store when the driver that was to make it a member is heard. */
    @Test
    void aDiskThatWasReleasedIsNotMadeAMemberByALateProposal() {
        begin(3);
        done(Requests.add(4));
        move(3, 4);
        ConfigRequest late = new ConfigRequest.Propose(epoch(2), disks(Map.of(1, disk(1), 2, disk(2), 4, disk(4))));
        // Whatever takes it away again: another node comes, or this one is given up.
        state = state.next(SHARD, shard().withWanted(new TreeSet<>(List.of(node(1), node(2), node(3)))));
        done(new ClusterRequest.Release(SHARD, node(4), disk(4)));
        assertThat(take(of(late)).done()).isFalse();
    }

    /** The question of a store that is deleted by now comes after that of the next one. */
    @Test
    void aStoreThatWasReleasedIsNotRegisteredByALateQuestion() {
        begin(3);
        done(Requests.add(4));
        move(3, 4);
        TreeSet<ReplicaId> others = new TreeSet<>(List.of(node(1), node(2), node(3)));
        TreeSet<ReplicaId> again = new TreeSet<>(shard().wanted());
        state = state.next(SHARD, shard().withWanted(others));
        done(new ClusterRequest.Release(SHARD, node(4), disk(4)));
        state = state.next(SHARD, shard().withWanted(again));
        take(Requests.register(4, 0, 2, 1));
        take(Requests.register(4, 0, 1, 1));
        assertThat(shard().config().starts().get(node(4)).incarnation()).isEqualTo(Requests.store(4, 0, 2));
    }

    /** The only disk that has the install is given up before the install is activated. */
    @Test
    void aChangeToADiskThatIsLostIsNotActivated() {
        begin(1);
        move(1, 2);
        done(of(new ConfigRequest.Propose(Epoch.FIRST, disks(Map.of(2, disk(2))))));
        done(new ClusterRequest.ReplaceNode(node(2), 20));
        assertThat(take(of(new ConfigRequest.Activate(epoch(2), 1))).done()).isFalse();
        assertThat(shard().config().active().members()).containsExactly(node(1));
    }

    /** A sealed shard with a quorum of its disks left does not wait for a new one. */
    @Test
    void aChangeIsEndedAlthoughAMembersDiskIsReplacedMeanwhile() {
        begin(3);
        done(Requests.add(4));
        move(3, 4);
        done(of(new ConfigRequest.Propose(epoch(2), disks(Map.of(1, disk(1), 2, disk(2), 4, disk(4))))));
        done(new ClusterRequest.ReplaceNode(node(1), 10));
        List<Steward.Task> tasks = Steward.tasks(state, new TreeSet<>(), 2, node -> node.number() != 1);
        assertThat(tasks).hasSize(1);
        Steward.Task.Change change = (Steward.Task.Change) tasks.get(0);
        done(of(new ConfigRequest.Propose(change.from(), change.incarnations())));
        done(of(new ConfigRequest.Activate(epoch(3), shard().config().lastAttempt())));
    }

    /** The majority that is lost may have numbered attempts that the survivor has not heard of. */
    @Test
    void anAttemptIsNotNumberedTwiceAfterARecovery() {
        begin(3);
        done(Requests.add(4));
        move(3, 4);
        ClusterState survivor = state;
        ConfigRequest propose = new ConfigRequest.Propose(epoch(2), disks(Map.of(1, disk(1), 2, disk(2), 4, disk(4))));
        done(of(propose));
        long before = shard().config().lastAttempt();
        state = survivor.recovered(node(3));
        done(of(propose));
        assertThat(shard().config().lastAttempt()).isGreaterThan(before);
    }

    /** The driver of an attempt that the lost majority may have superseded is still there. */
    @Test
    void anAttemptFromBeforeARecoveryIsNotActivatedAfterIt() {
        begin(3);
        done(Requests.add(4));
        move(3, 4);
        done(of(new ConfigRequest.Propose(epoch(2), disks(Map.of(1, disk(1), 2, disk(2), 4, disk(4))))));
        long attempt = shard().config().lastAttempt();
        state = state.recovered(node(3));
        assertThat(take(of(new ConfigRequest.Activate(epoch(3), attempt))).done())
                .isFalse();
    }

    /** Two of the next epoch's disks are given up, each alone while the old epoch had enough. */
    @Test
    void aChangeWhoseInstallsMayAllBeGoneIsNotActivated() {
        begin(3);
        done(Requests.add(4));
        move(3, 4);
        done(of(new ConfigRequest.Propose(epoch(2), disks(Map.of(1, disk(1), 2, disk(2), 4, disk(4))))));
        long attempt = shard().config().lastAttempt();
        done(new ClusterRequest.ReplaceNode(node(4), 40));
        done(new ClusterRequest.ReplaceNode(node(1), 10));
        ClusterAnswer late = take(of(new ConfigRequest.Activate(epoch(3), attempt)));
        assertThat(late.done()).isFalse();
        assertThat(late.why()).isEqualTo("most disks that shard 0 was to have in epoch 3 are given up by now");
        assertThat(shard().config().active().members()).containsExactly(node(1), node(2), node(3));
    }

    /** One of them is no more than a member that is away. */
    @Test
    void aChangeIsActivatedAlthoughOneOfItsDisksIsGivenUp() {
        begin(3);
        done(Requests.add(4));
        move(3, 4);
        done(of(new ConfigRequest.Propose(epoch(2), disks(Map.of(1, disk(1), 2, disk(2), 4, disk(4))))));
        done(new ClusterRequest.ReplaceNode(node(4), 40));
        done(of(new ConfigRequest.Activate(epoch(3), shard().config().lastAttempt())));
        assertThat(take(new ClusterRequest.ReplaceNode(node(1), 10)).why()).contains("would have 1 of 3 replicas left");
    }

    /** A replica is wanted back that has just left and may be emptied only when the change is finished. */
    @Test
    void aChangeIsFinishedAlthoughOneOfItsMembersIsLost() {
        begin(3);
        done(Requests.add(4));
        move(1, 4);
        done(of(new ConfigRequest.Propose(epoch(2), disks(Map.of(2, disk(2), 3, disk(3), 4, disk(4))))));
        done(of(new ConfigRequest.Activate(epoch(3), shard().config().lastAttempt())));
        done(new ClusterRequest.LeaveNode(node(3), 30, true));
        assertThat(shard().wanted()).containsExactly(node(1), node(2), node(4));
        assertThat(Steward.tasks(state, new TreeSet<>(), 2, node -> node.number() != 3))
                .containsExactly(new Steward.Task.Finish(SHARD, epoch(3), List.of(node(1)), List.of(node(3))));
        done(new ClusterRequest.Finished(SHARD, epoch(3)));
        done(new ClusterRequest.Release(SHARD, node(1), disk(1)));
        take(Requests.register(1, 0, 1, 1));
        assertThat(Steward.tasks(state, new TreeSet<>(), 2, node -> node.number() != 3))
                .containsExactly(new Steward.Task.Change(
                        SHARD, epoch(3), disks(Map.of(1, Requests.store(1, 0, 1), 2, disk(2), 4, disk(4)))));
    }

    /** It would be released and opened again for as long as nobody has taken its place. */
    @Test
    void aNodeOpensNothingBecauseOfAMemberThatItHasLost() {
        begin(3);
        done(Requests.add(4));
        done(new ClusterRequest.MoveReplica(SHARD, epoch(2), node(3), node(4)));
        assertThat(shard().concerns(node(3))).as("while its disk is there").isTrue();
        done(new ClusterRequest.ReplaceNode(node(3), 30));
        done(new ClusterRequest.StartNode(node(3), new NodeIdentity(31, 1, 1)));
        assertThat(shard().config().active().hasMember(node(3))).isTrue();
        assertThat(shard().concerns(node(3))).isFalse();
        assertThat(shard().concerns(node(4))).as("which is wanted").isTrue();
        assertThat(take(Requests.register(3, 0, 2, 1)).why()).isEqualTo("shard 0 has nothing on node 3");
    }

    /** The question of a store was on its way when its node's disk was given up. */
    @Test
    void aStoreOfAReplacedFolderIsNotRegisteredByALateQuestion() {
        begin(3);
        ConfigRequest.Register late = new ConfigRequest.Register(node(3), Requests.disk(4711, 1));
        done(new ClusterRequest.ReplaceNode(node(3), 30));
        assertThat(take(new ClusterRequest.OfShard(SHARD, late, 30L)).done())
                .as("before the new folder is there")
                .isFalse();
        assertThat(shard().config().starts().get(node(3)).incarnation()).isEqualTo(disk(3));
        done(new ClusterRequest.StartNode(node(3), new NodeIdentity(31, 1, 1)));
        assertThat(take(new ClusterRequest.OfShard(SHARD, late, 30L)).why())
                .isEqualTo("node 3 has another disk by now");
        assertThat(take(new ClusterRequest.OfShard(SHARD, late, 31L)).why())
                .isEqualTo("node 3 is no member of shard 0 yet");
        assertThat(shard().config().starts().get(node(3)).incarnation()).isEqualTo(4711);
    }
}
