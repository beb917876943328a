package dev.danta.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.danta.config.raft.RaftSettings;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.transport.AdminClient;
import dev.danta.wire.transport.AdminUnreachableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How nodes come to a cluster whose configuration a Raft group keeps: real ports and disks, one process. */
@Timeout(180)
final class AdmissionTest {
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

    @TempDir
    private Path folder;

    private final Map<Integer, NodeSettings> settings = new TreeMap<>();
    private final Map<Integer, Node> running = new TreeMap<>();

    private NodeSettings settingsOf(int number) {
        return settings.computeIfAbsent(number, one -> {
            HostAndPort listen = freePort();
            HostAndPort config = freePort();
            return NodeSettings.of(new NodeSettings.Self(
                    new ReplicaId(one), listen, folder.resolve("n" + one), config, listen, config, List.of()));
        });
    }

    private static HostAndPort freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new HostAndPort("127.0.0.1", socket.getLocalPort());
        } catch (IOException none) {
            throw new IllegalStateException(none);
        }
    }

    private HostAndPort addressOf(int number) {
        return settingsOf(number).node().listen();
    }

    private Node start(int number, Start start) {
        Node node = Node.start(settingsOf(number), start, QUICK);
        running.put(number, node);
        return node;
    }

    private Start.Join join(int... seeds) {
        List<HostAndPort> places = new ArrayList<>();
        for (int seed : seeds) {
            places.add(addressOf(seed));
        }
        return new Start.Join(places);
    }

    private void kill(int number) {
        Node node = running.remove(number);
        if (node != null) {
            node.halt();
        }
    }

    @AfterEach
    void stopAll() {
        running.values().forEach(Node::close);
    }

    private AdminReply ask(int number, AdminRequest request) {
        return AdminClient.ask(addressOf(number), "", request, PATIENCE);
    }

    /** Asks again and again until all shards have this many members, and nothing is left to do. */
    private AdminReply.NodeStatus awaitSettled(int at, int members) {
        return await().atMost(Duration.ofSeconds(100))
                .until(
                        () -> (AdminReply.NodeStatus) ask(at, new AdminRequest.Status(false)),
                        status -> status.configuration().shards().stream()
                                .allMatch(shard ->
                                        shard.settled() && shard.members().size() == members));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                Files.copy(one, to.resolve(from.relativize(one).toString()));
            }
        }
    }

    private static void delete(Path whole) throws IOException {
        try (Stream<Path> all = Files.walk(whole)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    private void becomeThree() {
        start(1, new Start.Init("shop", 2, 3)).awaitReady();
        start(2, join(1));
        start(3, join(2, 1));
        awaitSettled(1, 3);
    }

    @Test
    void threeNodesBecomeAClusterAndGoOnAfterAllOfThemStopped() {
        becomeThree();
        AdminReply.NodeStatus status = awaitSettled(3, 3);
        assertThat(status.cluster()).isEqualTo("shop");
        assertThat(status.configuration().nodes()).hasSize(3);
        assertThat(status.replicas()).hasSize(2).allMatch(replica -> replica.standing() == AdminReply.Standing.SERVING);
        List.of(1, 2, 3).forEach(this::kill);
        start(3, new Start.Resume());
        start(2, new Start.Resume());
        // What it is told to begin does not matter any more.
        start(1, new Start.Init("other", 2, 3)).awaitReady();
        awaitSettled(1, 3);
    }

    @Tag("long")
    @Test
    void anEmptyFolderUnderAKnownIdIsRefusedUntilTheDiskIsGivenUp() throws IOException {
        becomeThree();
        kill(3);
        delete(settingsOf(3).node().dataDir());
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> start(3, join(1)))
                .withMessage("node 3 is known to cluster shop with another disk: its folder is empty or not its own."
                        + " If its disk is lost, run: danta cluster replace 3");
        assertThat(ask(2, new AdminRequest.Replace(3, false))).isInstanceOf(AdminReply.Done.class);
        start(3, join(1)).awaitReady();
        AdminReply.NodeStatus status = awaitSettled(3, 3);
        assertThat(status.configuration().nodes()).noneMatch(AdminReply.Node::lost);
        // Its digest is that of the others.
        assertThat(digests(3)).isEqualTo(digests(1));
    }

    private List<String> digests(int number) {
        AdminReply.NodeStatus status = (AdminReply.NodeStatus) ask(number, new AdminRequest.Status(true));
        return status.replicas().stream().map(AdminReply.Replica::hash).toList();
    }

    @Tag("long")
    @Test
    void anOlderCopyOfAFolderIsRefused() throws IOException {
        becomeThree();
        Path data = settingsOf(3).node().dataDir();
        kill(3);
        copy(data, folder.resolve("yesterday"));
        start(3, new Start.Resume()).awaitReady();
        kill(3);
        start(3, new Start.Resume()).awaitReady();
        kill(3);
        delete(data);
        copy(folder.resolve("yesterday"), data);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> start(3, new Start.Resume()))
                .withMessageStartingWith("the folder of node 3 is an older copy")
                .withMessageEndingWith("run: danta cluster replace 3");
    }

    @Test
    void anIdOrAnAddressThatIsTakenIsRefused() {
        start(1, new Start.Init("shop", 1, 3)).awaitReady();
        start(2, join(1));
        NodeSettings.Self taken = settingsOf(2).node();
        HostAndPort elsewhere = freePort();
        NodeSettings twin = NodeSettings.of(new NodeSettings.Self(
                new ReplicaId(2), elsewhere, folder.resolve("twin"), freePort(), elsewhere, freePort(), List.of()));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Node.start(twin, join(1), QUICK))
                .withMessageContaining("node 2 is known to cluster shop with another disk");
        NodeSettings sameAddress = NodeSettings.of(new NodeSettings.Self(
                new ReplicaId(5),
                elsewhere,
                folder.resolve("n5"),
                freePort(),
                taken.advertise(),
                freePort(),
                List.of()));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Node.start(sameAddress, join(1), QUICK))
                .withMessage(taken.advertise() + " is the address of node 2 already");
    }

    @Test
    void aNewFolderWithoutAClusterIsRefusedOrWaits() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> start(1, new Start.Resume()))
                .withMessageContaining("is new: say --init and a name to begin a cluster, or --join");
        Node waiting = start(1, new Start.Wait());
        assertThat(waiting.isInCluster()).isFalse();
        assertThat(ask(1, new AdminRequest.Drain(1, true)))
                .isEqualTo(new AdminReply.Refused(
                        AdminReply.Refused.Kind.NOT_CREATED,
                        "this node belongs to no cluster yet: start it with --init NAME or --join ADDRESS"));
        assertThat(ask(1, new AdminRequest.Create("shop", 1, 3))).isInstanceOf(AdminReply.Done.class);
        waiting.awaitReady();
        start(2, new Start.Wait());
        assertThat(ask(2, new AdminRequest.Join(List.of(addressOf(1).toString()))))
                .isInstanceOf(AdminReply.Done.class);
        assertThat(ask(2, new AdminRequest.Create("more", 1, 3)))
                .isEqualTo(new AdminReply.Refused(
                        AdminReply.Refused.Kind.REFUSED, "this node is one of cluster shop already"));
        assertThat(awaitSettled(2, 1).configuration().nodes()).hasSize(2);
    }

    @Test
    void aCollectionKeepsTheTypeThatItWasDeclaredWith() {
        start(1, new Start.Init("shop", 1, 1)).awaitReady();
        start(2, join(1));
        AdminRequest.Declare orders = new AdminRequest.Declare("shop", "orders", "strict table of json");
        assertThat(ask(1, orders)).isEqualTo(new AdminReply.Declared("strict table of json", List.of()));
        assertThat(ask(2, new AdminRequest.Declare("shop", "orders", "counter")))
                .as("what there is, not what was declared later")
                .isEqualTo(new AdminReply.Declared("strict table of json", List.of()));
        assertThat(ask(2, new AdminRequest.Declare("shop", " ", "counter")))
                .isEqualTo(new AdminReply.Refused(
                        AdminReply.Refused.Kind.INPUT, "a name has 1 to 100 printable characters: ' '"));
        AdminRequest.Declare index = new AdminRequest.Declare("shop", "orders#by day", "index");
        assertThat(ask(1, index)).isEqualTo(new AdminReply.Declared("index", List.of()));
        assertThat(ask(1, orders)).isEqualTo(new AdminReply.Declared("strict table of json", List.of("orders#by day")));
        // The only voter goes: what is known is known still, and what is new has to wait.
        kill(1);
        assertThat(ask(2, orders))
                .isInstanceOfSatisfying(
                        AdminReply.Declared.class,
                        declared -> assertThat(declared.type()).isEqualTo("strict table of json"));
        AdminReply unknown = AdminClient.ask(
                addressOf(2), "shop", new AdminRequest.Declare("shop", "views", "counter"), Duration.ofSeconds(3));
        assertThat(unknown).isInstanceOfSatisfying(AdminReply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(AdminReply.Refused.Kind.UNAVAILABLE);
            assertThat(refused.why())
                    .startsWith("the configuration cannot be reached: a majority of its voters is away");
        });
    }

    @Test
    void nobodyAnswersOneWhoHasStopped() {
        start(1, new Start.Init("shop", 1, 1)).awaitReady();
        kill(1);
        assertThatExceptionOfType(AdminUnreachableException.class)
                .isThrownBy(() -> ask(1, new AdminRequest.Status(false)))
                .withMessageStartingWith(addressOf(1).toString());
    }
}
