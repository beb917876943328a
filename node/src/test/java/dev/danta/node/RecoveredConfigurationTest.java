package dev.danta.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.danta.config.raft.RaftSettings;
import dev.danta.config.state.ClusterState;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.transport.AdminClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What nodes do about a configuration that was recovered after most of its voters were lost; real ports and disks. */
@Tag("long")
@Timeout(180)
final class RecoveredConfigurationTest {
    private static final RaftSettings QUICK = new RaftSettings(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1_000,
            Duration.ofMinutes(10),
            1 << 20,
            Duration.ofMillis(100),
            Duration.ofSeconds(20));
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final Map<Integer, NodeSettings> settings = new TreeMap<>();
    private final Map<Integer, Node> running = new TreeMap<>();

    /** Two nodes, of which the first alone keeps the configuration. */
    @BeforeEach
    void begin() {
        start(1, new Start.Init("shop", 1, 3)).awaitReady();
        start(2, new Start.Join(List.of(addressOf(1))));
        awaitKnown(2);
    }

    @AfterEach
    void stopAll() {
        running.values().forEach(Node::close);
    }

    private NodeSettings settingsOf(int number) {
        return settings.computeIfAbsent(number, one -> {
            HostAndPort listen = ChangingNodes.freePort();
            HostAndPort config = ChangingNodes.freePort();
            return NodeSettings.of(new NodeSettings.Self(
                    new ReplicaId(one), listen, folder.resolve("n" + one), config, listen, config, List.of()));
        });
    }

    private HostAndPort addressOf(int number) {
        return settingsOf(number).node().listen();
    }

    private Path dataOf(int number) {
        return settingsOf(number).node().dataDir();
    }

    private Node start(int number, Start start) {
        Node node = Node.start(settingsOf(number), start, QUICK);
        running.put(number, node);
        return node;
    }

    private void resume(int number) {
        start(number, new Start.Resume());
    }

    private void kill(int number) {
        Node node = running.remove(number);
        if (node != null) {
            node.halt();
        }
    }

    private AdminReply ask(int number, AdminRequest request) {
        return AdminClient.ask(addressOf(number), "", request, PATIENCE);
    }

    private AdminReply.NodeStatus status(int number) {
        return (AdminReply.NodeStatus) ask(number, new AdminRequest.Status(false));
    }

    private static long generation(AdminReply.NodeStatus status) {
        return ClusterState.generationOf(status.configuration().version());
    }

    private void awaitKnown(int nodes) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(running.keySet())
                        .allSatisfy(node ->
                                assertThat(status(node).configuration().nodes()).hasSize(nodes)));
    }

    private void awaitChange(int at) {
        await().atMost(LONG)
                .untilAsserted(() ->
                        assertThat(ask(at, new AdminRequest.Drain(2, true))).isInstanceOf(AdminReply.Done.class));
    }

    @Test
    void aNodeThatRunsHearsOfItAndFollows() {
        kill(1);
        ClusterState recovered = LastResort.recover(dataOf(1));
        resume(1);

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(generation(status(2))).isEqualTo(recovered.generation()));
        awaitChange(2);
        assertThat(status(2).note()).isEmpty();
        assertThat(status(1).note()).isEmpty();
    }

    @Test
    void itIsNotRecoveredWhileThereIsAnotherWay() {
        kill(2);
        assertThat(LastResort.objection(LastResort.look(dataOf(2))))
                .hasValue("node 1 at " + addressOf(1) + " has a majority of the configuration's voters that answers:"
                        + " there is nothing to recover, start node 2 as it is");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> LastResort.other(LastResort.look(dataOf(2)), addressOf(1)))
                .withMessage("node 2 and the node at " + addressOf(1) + " do not disagree: start it as it is");
        kill(1);
        assertThat(LastResort.objection(LastResort.look(dataOf(2)))).isEmpty();
        LastResort.recover(dataOf(1));
        resume(1);
        assertThat(LastResort.objection(LastResort.look(dataOf(2))))
                .hasValue("node 1 at " + addressOf(1) + " goes on with a configuration that was recovered from node 1:"
                        + " start node 2 as it is, and it follows");
    }

    /** Both begin alone, since neither can ask the other; then they meet. */
    @Test
    void twoThatWereRecoveredSeparatelySayWhatToDoAndChangeNothingUntilItIsDone() {
        kill(1);
        kill(2);
        LastResort.recover(dataOf(1));
        LastResort.recover(dataOf(2));
        resume(1);
        kill(1);
        resume(2);
        resume(1);

        for (int node = 1; node <= 2; node++) {
            int other = 3 - node;
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(status(other).note())
                            .startsWith("cluster shop has two configurations: this node follows the one that was"
                                    + " recovered from node " + other));
            assertThat(ask(node, new AdminRequest.Remove(2, true, false))).isInstanceOf(AdminReply.Refused.class);
        }

        kill(2);
        ClusterState chosen = LastResort.other(LastResort.look(dataOf(2)), addressOf(1));
        LastResort.giveUpFor(dataOf(2), chosen);
        resume(2);

        await().atMost(LONG).untilAsserted(() -> {
            assertThat(status(1).note()).isEmpty();
            assertThat(generation(status(2))).isEqualTo(chosen.generation());
        });
        awaitChange(2);
        awaitChange(1);
    }
}
