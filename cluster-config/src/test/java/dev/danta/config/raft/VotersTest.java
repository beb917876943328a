package dev.danta.config.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.config.Requests;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeIdentity;
import dev.danta.ir.epoch.EpochRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VotersTest {
    private ClusterState state = ClusterState.NONE;

    private void take(ClusterRequest request) {
        var answer = state.take(request, EpochRules.PROTOCOL);
        assertThat(answer.done()).as("%s: %s", request, answer.why()).isTrue();
        state = answer.state();
    }

    /** A cluster whose only shard stays on node 1, so that all others may come and go. */
    private void begin(int nodes) {
        take(Requests.create(1, 1));
        for (int node = 2; node <= nodes; node++) {
            take(Requests.add(node));
        }
    }

    private static List<RaftPeer> peers(String... names) {
        List<RaftPeer> peers = new ArrayList<>();
        for (String name : names) {
            peers.add(RaftPeer.newBuilder().setId(name).setAddress("h:1").build());
        }
        return peers;
    }

    /** All steps, until there is none. */
    private List<List<String>> steps(List<RaftPeer> from, String leader, Set<Integer> away) {
        List<List<String>> steps = new ArrayList<>();
        Optional<List<RaftPeer>> next = step(from, leader, away);
        while (next.isPresent()) {
            steps.add(next.get().stream()
                    .map(peer -> peer.getId().toString())
                    .sorted()
                    .toList());
            assertThat(steps).as("it ends").hasSizeLessThan(20);
            next = step(next.get(), leader, away);
        }
        return steps;
    }

    private Optional<List<RaftPeer>> step(List<RaftPeer> now, String leader, Set<Integer> away) {
        return Voters.step(
                state, now, RaftPeerId.valueOf(leader), peer -> !away.contains(Peers.numberOf(peer.getId())));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,3", "4,3", "5,5", "6,5", "99,5"})
    void oneThreeOrFiveVote(int nodes, int voters) {
        assertThat(Voters.count(nodes)).isEqualTo(voters);
    }

    @Test
    void twoMoreVoteOneAfterTheOther() {
        begin(3);
        assertThat(steps(peers("n1-a"), "n1-a", Set.of()))
                .containsExactly(List.of("n1-a", "n2-14"), List.of("n1-a", "n2-14", "n3-1e"));
    }

    @Test
    void oneThatIsAwayIsNotAsked() {
        begin(4);
        assertThat(steps(peers("n1-a"), "n1-a", Set.of(2)))
                .containsExactly(List.of("n1-a", "n3-1e"), List.of("n1-a", "n3-1e", "n4-28"));
    }

    @Test
    void whoVotesGoesOnThoughOthersWithLesserNumbersCome() {
        begin(4);
        assertThat(steps(peers("n2-14", "n3-1e", "n4-28"), "n2-14", Set.of())).isEmpty();
    }

    @Test
    void oneThatLeavesGoesOnlyWhenAnotherHasComeAndTheLeaderGoesLast() {
        begin(4);
        take(new ClusterRequest.LeaveNode(Requests.node(1), 10, false));
        assertThat(steps(peers("n1-a", "n2-14", "n3-1e"), "n1-a", Set.of()))
                .containsExactly(List.of("n1-a", "n2-14", "n3-1e", "n4-28"), List.of("n2-14", "n3-1e", "n4-28"));
    }

    @Test
    void oneWithALostFolderStaysUntilAnotherCanVote() {
        begin(3);
        take(new ClusterRequest.ReplaceNode(Requests.node(3), 30));
        assertThat(steps(peers("n1-a", "n2-14", "n3-1e"), "n1-a", Set.of())).isEmpty();
        take(new ClusterRequest.StartNode(Requests.node(3), new NodeIdentity(31, 1, 1)));
        assertThat(steps(peers("n1-a", "n2-14", "n3-1e"), "n1-a", Set.of(3))).isEmpty();
        assertThat(steps(peers("n1-a", "n2-14", "n3-1e"), "n1-a", Set.of()))
                .containsExactly(List.of("n1-a", "n2-14", "n3-1e", "n3-1f"), List.of("n1-a", "n2-14", "n3-1f"));
    }

    @Test
    void aStepGivesTheAddressesOfToday() {
        begin(3);
        assertThat(step(peers("n1-a"), "n1-a", Set.of()).orElseThrow())
                .extracting(RaftPeer::getAddress)
                .containsExactly(Requests.configAddress(1), Requests.configAddress(2));
    }
}
