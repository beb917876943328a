package dev.danta.node;

import static dev.danta.node.Requests.SHARD;
import static dev.danta.node.Requests.envelope;
import static dev.danta.node.Requests.id;
import static dev.danta.node.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Watermarks;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.node.storage.ReplicaIdentity;
import dev.danta.node.storage.StoreSettings;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes that forget what is over soon (protocol.md 7), on their real ports and disks. */
@Tag("long")
@Timeout(120)
final class ForgettingNodesTest {
    private static final int WRITES = 200;
    private static final NodeSettings.Forgetting SOON =
            new NodeSettings.Forgetting(Duration.ofSeconds(5), Duration.ofMillis(100));

    @TempDir
    private Path folder;

    private final List<Member> members = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();

    @BeforeEach
    void findPorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            members.add(new Member(new ReplicaId(number), "127.0.0.1:" + socket.getLocalPort()));
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
    }

    private void startAll() {
        for (Member member : members) {
            NodeSettings.Storage usual = NodeSettings.STORAGE_DEFAULT;
            nodes.add(new FixedMembers("test", 1, members)
                    .start(new NodeSettings(
                            new NodeSettings.Self(member.node(), member.hostAndPort(), dataOf(member)),
                            new NodeSettings.Storage(usual.map(), usual.decisionDelay(), usual.groupWindow(), SOON),
                            NodeSettings.Limits.DEFAULT)));
        }
    }

    @AfterEach
    void stopAll() {
        nodes.forEach(Node::close);
        nodes.clear();
    }

    private Path dataOf(Member member) {
        return folder.resolve("node-" + member.node().number());
    }

    private LmdbReplicaStore storeOf(Member member) {
        return LmdbReplicaStore.open(
                dataOf(member).resolve("shard-0"),
                new ReplicaIdentity("test", SHARD, member.node()),
                StoreSettings.DEFAULT);
    }

    private NodeClient connect(Member member) {
        HostAndPort address = member.hostAndPort();
        return NodeClient.of("test", address, member.node().number());
    }

    /** Asks one node until it has come as far as that. */
    private Watermarks await(Member member, Predicate<Watermarks> far) {
        try (NodeClient client = connect(member)) {
            Watermarks watermarks = Watermarks.NONE;
            while (!far.test(watermarks)) {
                watermarks = inspect(client);
            }
            return watermarks;
        }
    }

    private static Watermarks inspect(NodeClient client) {
        IrMessage told = client.ask(envelope(new IrMessage.Inspect(new OpId(Requests.CLIENT, 1))));
        return ((IrMessage.Inspected) told).watermarks();
    }

    /** Commits at two of three nodes, one write after the other, and well before anybody may call them aborted. */
    private List<Timestamp> write() {
        List<Timestamp> written = new ArrayList<>();
        try (NodeClient one = connect(members.get(0));
                NodeClient other = connect(members.get(1))) {
            while (written.size() < WRITES) {
                written.add(commit("key", one, other));
            }
        }
        return written;
    }

    private Timestamp commit(String key, NodeClient one, NodeClient other) {
        Timestamp txn = id(SystemClock.wallMicros());
        IrMessage.Request commit =
                new IrMessage.Decide(txn, new Decision.Commit(txn), Requests.body(key, Bytes.utf8("" + txn)));
        one.send(envelope(commit));
        other.send(envelope(commit));
        assertThat(one.awaitReply()).isEqualTo(new IrMessage.DecisionAcknowledged(txn));
        assertThat(other.awaitReply()).isEqualTo(new IrMessage.DecisionAcknowledged(txn));
        return txn;
    }

    /** Watermarks follow what is committed: as long as somebody commits, they go on. */
    private Watermarks commitUntil(Predicate<Watermarks> far) {
        Watermarks least = Watermarks.NONE;
        try (NodeClient one = connect(members.get(0));
                NodeClient other = connect(members.get(1));
                NodeClient third = connect(members.get(2))) {
            boolean isFar = false;
            while (!isFar) {
                commit("another", one, other);
                least = inspect(third);
                isFar = far.test(inspect(one)) && far.test(inspect(other)) && far.test(least);
            }
        }
        return least;
    }

    /** The third hears of nothing but from its peers. */
    @Test
    void recordsAndVersionsOfWhatIsOverGoAndWatermarksOutliveARestart() {
        startAll();
        List<Timestamp> written = write();
        Timestamp last = written.get(WRITES - 1);
        for (Member member : members) {
            await(member, watermarks -> last.isAtOrBelow(watermarks.deletedBelow()));
        }
        Member third = members.get(2);
        try (NodeClient client = connect(third)) {
            assertThat(client.ask(envelope(new IrMessage.Lookup(last)))).isInstanceOf(IrMessage.TooOld.class);
        }
        // Some rounds more, and what was deleted is swept.
        Watermarks swept =
                commitUntil(watermarks -> watermarks.deletedBelow().timeMicros() > last.timeMicros() + 1_000_000);
        stopAll();
        for (Member member : members) {
            try (LmdbReplicaStore store = storeOf(member)) {
                assertThat(store.records(Timestamp.ZERO, last, WRITES)).isEmpty();
                assertThat(store.newest(key("key")).timestamp()).isEqualTo(last);
                assertThat(store.newest(key("key"), written.get(WRITES - 2)).timestamp())
                        .isEqualTo(Timestamp.ZERO);
            }
        }
        startAll();
        try (NodeClient client = connect(third)) {
            assertThat(swept.deletedBelow().isAtOrBelow(inspect(client).deletedBelow()))
                    .isTrue();
        }
    }
}
