package dev.danta.config.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.danta.config.ConfigUnavailableException;
import dev.danta.config.Requests;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.CollectionEntry;
import dev.danta.config.state.CollectionName;
import dev.danta.ir.epoch.EpochRules;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the group as nodes come, go, die, stand still and lose their folders. */
final class RaftGroupTest {
    private static final Duration LONG = TestNodes.LONG;

    @TempDir
    Path folder;

    private TestNodes nodes;

    @BeforeEach
    void begin() throws Exception {
        nodes = new TestNodes(folder);
        nodes.begin(2, 3);
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private void grow(int to) throws Exception {
        for (int node = 2; node <= to; node++) {
            nodes.join(node);
        }
        awaitVoters(1, to >= 5 ? List.of(1, 2, 3, 4, 5) : List.of(1, 2, 3));
    }

    private void awaitVoters(int asked, List<Integer> voters) {
        await().atMost(LONG).untilAsserted(() -> assertThat(nodes.voters(asked)).isEqualTo(voters));
    }

    private int awaitLeader() {
        await().atMost(LONG).until(() -> nodes.leader().isPresent());
        return nodes.leader().orElseThrow();
    }

    private ClusterAnswer ask(int node, ClusterRequest request) {
        return nodes.node(node).ask(request, LONG).join();
    }

    private static ClusterRequest declare(int number) {
        return new ClusterRequest.Declare(new CollectionName("shop", "c" + number), new CollectionEntry("register"));
    }

    private void awaitSameEverywhere(ClusterState state) {
        await().atMost(LONG)
                .untilAsserted(() -> nodes.open()
                        .forEach(node -> assertThat(nodes.node(node).known())
                                .as("node %d", node)
                                .isEqualTo(state)));
    }

    @Tag("long")
    @Test
    void votersBecomeThreeAndFiveAsNodesComeAndFewerAsTheyLeave() throws Exception {
        nodes.join(2);
        assertThat(nodes.voters(1)).containsExactly(1);
        nodes.join(3);
        awaitVoters(1, List.of(1, 2, 3));
        nodes.join(4);
        nodes.join(5);
        awaitVoters(1, List.of(1, 2, 3, 4, 5));
        awaitSameEverywhere(ask(5, declare(1)).state());

        ClusterRequest leave = new ClusterRequest.LeaveNode(Requests.node(2), 20, true);
        await().atMost(LONG).until(() -> ask(4, leave).done());
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(nodes.voters(awaitLeader())).containsExactly(1, 3, 4));
        awaitSameEverywhere(ask(2, declare(2)).state());
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(nodes.node(2).standing())
                        .as("as one hears that does not vote")
                        .satisfies(standing -> {
                            assertThat(standing.isReachable()).isTrue();
                            assertThat(standing.voters()).containsExactly(1, 3, 4);
                        }));
    }

    @Tag("long")
    @Test
    void theLeaderLeavesAndAnotherOneLeads(@TempDir Path another) throws Exception {
        close();
        nodes = new TestNodes(another);
        nodes.begin(1, 1);
        grow(4);
        assertThat(awaitLeader()).isEqualTo(1);
        assertThat(ask(4, new ClusterRequest.LeaveNode(Requests.node(1), 10, false))
                        .done())
                .isTrue();
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(nodes.leader()).isPresent().isNotEqualTo(Optional.of(1));
            assertThat(nodes.voters(awaitLeader())).containsExactly(2, 3, 4);
        });
        awaitSameEverywhere(ask(1, declare(1)).state());
    }

    @Tag("long")
    @Test
    void aLeaderThatIsDrainedHandsOver() throws Exception {
        grow(3);
        int leader = awaitLeader();
        assertThat(ask(
                                leader,
                                new ClusterRequest.Drain(
                                        Requests.node(leader),
                                        Requests.folder(leader).incarnation(),
                                        true))
                        .done())
                .isTrue();
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(nodes.leader()).isPresent().isNotEqualTo(Optional.of(leader)));
        assertThat(nodes.voters(awaitLeader())).containsExactly(1, 2, 3);
    }

    @Test
    void requestsGoOnWhenTheLeaderDiesAndNoneIsDoneTwice() throws Exception {
        grow(3);
        int leader = awaitLeader();
        int asked = leader == 1 ? 2 : 1;
        long before = ask(asked, new ClusterRequest.Read()).state().version();
        List<CompletableFuture<ClusterAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            answers.add(nodes.node(asked).ask(declare(i), LONG));
            if (i == 20) {
                answers.get(10).join();
                nodes.stop(leader);
            }
        }
        assertThat(answers.stream().map(CompletableFuture::join)).allMatch(ClusterAnswer::done);
        ClusterState after = ask(asked, new ClusterRequest.Read()).state();
        assertThat(after.collections()).hasSize(60);
        assertThat(after.version()).as("each once").isEqualTo(before + 60);

        nodes.reopen(leader);
        awaitSameEverywhere(ask(leader, declare(60)).state());
    }

    @Tag("long")
    @Test
    void withoutAMajorityChangesWaitAndThenGoOn() throws Exception {
        grow(3);
        ClusterState known = ask(1, declare(0)).state();
        awaitSameEverywhere(known);
        nodes.stop(2);
        nodes.stop(3);
        assertThatThrownBy(() ->
                        nodes.node(1).ask(declare(1), Duration.ofSeconds(2)).join())
                .cause()
                .isInstanceOf(ConfigUnavailableException.class)
                .hasMessageStartingWith("the configuration cannot be reached")
                .hasMessageContaining(nodes.configAddress(3));
        assertThat(nodes.node(1).known()).isEqualTo(known);
        CompletableFuture<ClusterAnswer> waiting = nodes.node(1).ask(declare(2), LONG);
        nodes.reopen(2);
        assertThat(waiting.join().done()).isTrue();
        await().atMost(LONG)
                .untilAsserted(() ->
                        assertThat(nodes.node(2).known().collections()).containsKey(new CollectionName("shop", "c2")));
    }

    /** Seen with processes: the voter that was left named the leader that was gone, and status said that all was well. */
    @Tag("long")
    @Test
    void aVoterThatIsLeftAloneDoesNotGoOnNamingTheLeader() throws Exception {
        grow(3);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(nodes.open())
                        .allMatch(node -> nodes.node(node).standing().isReachable()));
        int leader = awaitLeader();
        int left = leader == 3 ? 2 : 3;
        nodes.stop(1 + 2 + 3 - leader - left);
        nodes.stop(leader);
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(nodes.node(left).standing().isReachable()).isFalse();
            assertThat(nodes.node(left).standing().leader()).isZero();
        });
        assertThat(nodes.node(left).standing().voters()).containsExactly(1, 2, 3);
    }

    @Tag("long")
    @Test
    void aLeaderThatIsLeftAloneSaysSoAndSoDoesWhoeverAsksIt() throws Exception {
        grow(4);
        int leader = awaitLeader();
        List.of(1, 2, 3).stream().filter(node -> node != leader).forEach(nodes::stop);
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(nodes.node(leader).standing().isReachable()).isFalse();
            assertThat(nodes.node(4).standing().isReachable()).isFalse();
        });
    }

    /** Seen with processes: as long as clients asked for something new, a leader that had lost its followers stayed one. */
    @Tag("long")
    @Test
    void aLeaderThatIsLeftAloneDoesNotLeadOnBecauseItIsAskedAllTheTime() throws Exception {
        grow(4);
        int leader = awaitLeader();
        List.of(1, 2, 3).stream().filter(node -> node != leader).forEach(nodes::stop);
        AtomicInteger asked = new AtomicInteger();
        await().atMost(LONG).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            CompletableFuture<ClusterAnswer> unused =
                    nodes.node(leader).ask(declare(asked.incrementAndGet()), Duration.ofMillis(300));
            assertThat(nodes.node(leader).standing().isReachable()).isFalse();
            assertThat(nodes.node(leader).isLeader()).isFalse();
            assertThat(nodes.node(4).standing().isReachable()).isFalse();
        });
    }

    @Tag("long")
    @Test
    void aNodeThatWasAwayForLongGetsASnapshot() throws Exception {
        grow(3);
        int away = awaitLeader() == 3 ? 2 : 3;
        nodes.stop(away);
        ClusterState last = ClusterState.NONE;
        for (int i = 0; i < 3 * TestNodes.SETTINGS.snapshotEntries(); i++) {
            last = ask(1, new ClusterRequest.Drain(Requests.node(1), 10, i % 2 == 0))
                    .state();
        }
        nodes.open(away, RaftClusterConfig.lastKnown(nodes.folder(away)));
        awaitSameEverywhere(last);
    }

    @Tag("long")
    @Test
    void allNodesStopAndComeBackWithWhatTheyKnew() throws Exception {
        grow(3);
        ClusterState last = ask(2, declare(0)).state();
        awaitSameEverywhere(last);
        List.of(1, 2, 3).forEach(nodes::stop);
        for (int node : List.of(3, 1, 2)) {
            assertThat(nodes.open(node, ClusterState.NONE).known()).isEqualTo(last);
        }
        assertThat(ask(3, declare(1)).state().version()).isEqualTo(last.version() + 1);
    }

    @Tag("long")
    @Test
    void aNodeWithANewFolderVotesUnderANewName() throws Exception {
        grow(3);
        nodes.stop(3);
        delete(nodes.folder(3));
        assertThat(ask(1, new ClusterRequest.ReplaceNode(Requests.node(3), 30)).done())
                .isTrue();
        nodes.loseFolder(3, 31);
        nodes.join(3);
        awaitVoters(awaitLeader(), List.of(1, 2, 3));
        awaitSameEverywhere(ask(3, declare(0)).state());
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(nodes.node(1).voterNames()).containsExactly("n1-a", "n2-14", "n3-1f"));
        nodes.stop(awaitLeader() == 1 ? 2 : 1);
        assertThat(ask(3, declare(1)).done()).as("with its vote").isTrue();
    }

    @Tag("long")
    @Test
    void aNodeMayBeFoundElsewhere() throws Exception {
        grow(3);
        int moved = awaitLeader() == 2 ? 3 : 2;
        nodes.stop(moved);
        try (ServerSocket free = new ServerSocket(0)) {
            nodes.moveTo(moved, free.getLocalPort());
        }
        nodes.reopen(moved);
        ClusterRequest set = new ClusterRequest.SetAddress(
                Requests.node(moved),
                Requests.folder(moved).incarnation(),
                Requests.address(moved),
                nodes.configAddress(moved));
        assertThat(ask(moved, set).done()).isTrue();
        int other = moved == 2 ? 3 : 2;
        awaitSameEverywhere(ask(1, declare(0)).state());
        nodes.stop(other);
        // Two of three, the one that has moved among them: they find each other.
        awaitSameEverywhere(ask(1, declare(1)).state());
    }

    @Tag("long")
    @Test
    void theOnlyVoterMayBeFoundElsewhere() throws Exception {
        nodes.stop(1);
        try (ServerSocket free = new ServerSocket(0)) {
            nodes.moveTo(1, free.getLocalPort());
        }
        nodes.open(1, ClusterState.NONE);
        ClusterRequest set = new ClusterRequest.SetAddress(
                Requests.node(1), Requests.folder(1).incarnation(), Requests.address(1), nodes.configAddress(1));
        ClusterAnswer moved = ask(1, set);
        assertThat(moved.done()).isTrue();
        assertThat(moved.state().nodes().get(Requests.node(1)).configAddress()).isEqualTo(nodes.configAddress(1));
        nodes.join(2);
        assertThat(ask(2, declare(0)).done()).as("others find it there").isTrue();
    }

    @Test
    void aServerWhoseMachineFailsIsOpenedAgain() throws Exception {
        AtomicBoolean isToFail = new AtomicBoolean();
        nodes.stop(1);
        nodes.applyBy((state, request) -> {
            if (request instanceof ClusterRequest.Declare && isToFail.getAndSet(false)) {
                throw new IllegalStateException("on purpose");
            }
            return state.take(request, EpochRules.PROTOCOL);
        });
        nodes.open(1, ClusterState.NONE);
        isToFail.set(true);
        assertThat(ask(1, declare(0)).done()).isTrue();
        assertThat(isToFail).isFalse();
    }

    @Tag("long")
    @Test
    void aServerThatStandsStillIsOpenedAgain() throws Exception {
        AtomicBoolean isToStand = new AtomicBoolean();
        CountDownLatch released = new CountDownLatch(1);
        nodes.stop(1);
        nodes.applyBy((state, request) -> {
            if (request instanceof ClusterRequest.Declare && isToStand.getAndSet(false)) {
                try {
                    released.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
            return state.take(request, EpochRules.PROTOCOL);
        });
        nodes.open(1, ClusterState.NONE);
        isToStand.set(true);
        CompletableFuture<ClusterAnswer> asked = nodes.node(1).ask(declare(0), LONG);
        await().atMost(LONG).until(() -> !nodes.node(1).isOpen());
        released.countDown();
        assertThat(asked.join().done()).isTrue();
    }

    /** As on a full disk: Ratis gives up the log, and says nothing of it to anybody but the state machine. */
    @Tag("long")
    @Test
    void aServerWhoseLogCannotBeWrittenIsOpenedAgainUntilItCan() throws Exception {
        List<Path> obstacles = new ArrayList<>();
        Path log = nodes.log(1);
        for (int index = 1; index < 5_000; index++) {
            obstacles.add(Files.createDirectories(log.resolve("log_inprogress_" + index)));
        }
        int done = 0;
        while (nodes.node(1).isOpen()) {
            ClusterRequest next = new ClusterRequest.Drain(Requests.node(1), 10, done++ % 2 == 0);
            nodes.node(1)
                    .ask(next, Duration.ofSeconds(1))
                    .exceptionally(late -> null)
                    .join();
        }
        for (Path obstacle : obstacles) {
            Files.deleteIfExists(obstacle);
        }
        ClusterState after = ask(1, declare(0)).state();
        assertThat(after.collections()).hasSize(1);
        assertThat(after.version()).isGreaterThan(done - 2L);
    }

    @Tag("long")
    @Test
    void whoeverLostTheMajorityForGoodGoesOnFromOneNode() throws Exception {
        grow(3);
        nodes.join(4);
        ClusterState last = ask(4, declare(0)).state();
        awaitSameEverywhere(last);
        List.of(1, 2, 3).forEach(nodes::stop);
        delete(nodes.folder(1));
        delete(nodes.folder(2));
        assertThatThrownBy(() ->
                        nodes.node(4).ask(declare(1), Duration.ofSeconds(2)).join())
                .cause()
                .isInstanceOf(ConfigUnavailableException.class);

        ClusterState recovered = RaftClusterConfig.recover(nodes.folder(3), nodes.self(3));
        assertThat(recovered.generation()).isGreaterThan(last.generation());
        assertThat(recovered.version()).isGreaterThan(last.version());
        nodes.open(3, ClusterState.NONE);
        assertThat(nodes.node(3).known()).isEqualTo(recovered);
        assertThat(ask(3, declare(1)).done()).isTrue();

        nodes.node(4).hear(Requests.node(3), nodes.node(3).known());
        awaitSameEverywhere(ask(4, declare(2)).state());
        try (Stream<Path> files = Files.list(nodes.folder(3))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("the old generation's log is gone")
                    .containsExactlyInAnyOrder("known", "raft-" + recovered.generation());
        }
    }

    @Tag("long")
    @Test
    void whatAnotherSurvivorHasHeardIsNotGivenUp() throws Exception {
        ClusterState before = ask(1, declare(0)).state();
        ClusterState more = ask(1, declare(1)).state();
        nodes.stop(1);
        new KnownFile(nodes.folder(1)).write(before);
        RaftClusterConfig.recover(nodes.folder(1), nodes.self(1));
        assertThat(nodes.open(1, more).known()).isEqualTo(more.recovered(Requests.node(1)));
        assertThat(nodes.node(1).known().collections()).hasSize(2);
    }

    @Test
    void aFolderOfAnotherClusterIsRefused() throws Exception {
        ClusterState known = nodes.node(1).known();
        nodes.stop(1);
        ClusterState other = new ClusterState(
                "shop",
                known.id() + 1,
                known.version(),
                known.replication(),
                known.nodes(),
                known.shards(),
                known.collections(),
                known.lost(),
                known.before());
        assertThatThrownBy(() -> nodes.open(1, other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "is one of cluster shop (7), and the nodes that were asked are of cluster shop (8)");
        assertThatThrownBy(() -> RaftClusterConfig.prepare(nodes.folder(1), Requests.create(2, 3)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is one of cluster shop already");
    }

    @Tag("long")
    @Test
    void serversOfTwoClustersAtOneAddressDoNotMeet(@TempDir Path otherFolder) throws Exception {
        ClusterState known = nodes.node(1).known();
        nodes.stop(1);
        ClusterRequest.Create begun = Requests.create(1, 1, nodes.configAddress(1));
        ClusterRequest.Create other = new ClusterRequest.Create(
                "shop", 99, 1, begun.first(), begun.address(), begun.configAddress(), begun.disk(), begun.disks());
        RaftClusterConfig.prepare(otherFolder, other);
        try (RaftClusterConfig stranger =
                RaftClusterConfig.open(otherFolder, nodes.self(1), ClusterState.NONE, TestNodes.SETTINGS)) {
            assertThat(stranger.known().id()).isEqualTo(99);
            RaftClusterConfig asked = nodes.open(2, known);
            assertThatThrownBy(() -> asked.ask(new ClusterRequest.Read(), Duration.ofSeconds(3))
                            .join())
                    .cause()
                    .isInstanceOf(ConfigUnavailableException.class);
            assertThat(asked.known()).isEqualTo(known);
        }
    }

    @Test
    void aTakenAddressIsSaid() throws Exception {
        ClusterState known = nodes.node(1).known();
        nodes.stop(1);
        try (ServerSocket taken = new ServerSocket(nodes.self(1).port())) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> nodes.open(1, known))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("where the configuration's server is to listen, cannot be used");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }
}
