package dev.danta.node;

import static dev.danta.node.Requests.envelope;
import static dev.danta.node.Requests.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.node.storage.NodeFolder;
import dev.danta.node.storage.ReplicaIdentity;
import dev.danta.node.storage.StoreSettings;
import dev.danta.occ.Version;
import dev.danta.wire.HostAndPort;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node as a process of its own: what it says, how it ends, what it leaves. */
@Timeout(120)
final class NodeProcessTest {
    private static final ReplicaIdentity IDENTITY = new ReplicaIdentity("processes", new ShardId(0), new ReplicaId(1));

    @TempDir
    private Path folder;

    private final int configPort = ChangingNodes.freePort().port();

    private Path settings(String listen) throws IOException {
        return settings(listen, "sync");
    }

    private Path settings(String listen, String durability) throws IOException {
        return Files.writeString(
                folder.resolve("node.toml"), """
                [node]
                id = 1
                listen = "%s"
                config-listen = "127.0.0.1:%d"
                data-dir = "%s"
                [storage]
                durability = "%s"
                """.formatted(listen, configPort, folder.resolve("data"), durability));
    }

    private ChildProcess start(String listen) throws IOException {
        return ChildProcess.start(NodeInAProcess.class, settings(listen).toString());
    }

    private static HostAndPort awaitReady(ChildProcess process) {
        String line = process.awaitLine("node 1 of cluster processes listening on ");
        return HostAndPort.parse(line.substring(0, line.indexOf(',')));
    }

    private static void commit(NodeClient client, long time) {
        var body = Requests.body("key-" + time, Bytes.utf8("value"));
        assertThat(client.ask(envelope(new IrMessage.Propose(id(time), body)))).isInstanceOf(IrMessage.Voted.class);
        assertThat(client.ask(envelope(new IrMessage.Decide(id(time), new Decision.Commit(id(time)), body))))
                .isEqualTo(new IrMessage.DecisionAcknowledged(id(time)));
    }

    private void requireCommitted(LmdbReplicaStore store, long from, long to) {
        for (long time = from; time <= to; time++) {
            assertThat(store.newest(Requests.key("key-" + time))).isEqualTo(new Version(id(time), Bytes.utf8("value")));
        }
    }

    private LmdbReplicaStore openStore() {
        return LmdbReplicaStore.open(folder.resolve("data/shard-0"), IDENTITY, StoreSettings.DEFAULT);
    }

    @Test
    void askedToEndItLeavesInGoodOrderWithZero() throws IOException {
        try (ChildProcess process = start("127.0.0.1:0")) {
            try (NodeClient client = NodeClient.of("processes", awaitReady(process), 1)) {
                commit(client, 1);
                process.terminate();
                process.awaitLine("node 1 stopped");
                assertThat(process.awaitExit()).isZero();
            }
        }
        try (LmdbReplicaStore store = openStore()) {
            assertThat(store.wasClosedCleanly()).isTrue();
            requireCommitted(store, 1, 1);
        }
    }

    @Test
    void killedItKeepsWhatItAcknowledgedAndServesAgain() throws IOException {
        killedItKeepsWhatItAcknowledged("sync");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"group", "nosync"})
    void killedItKeepsWhatItAcknowledged(String durability) throws IOException {
        long last = 0;
        for (int round = 0; round < 2; round++) {
            try (ChildProcess process = ChildProcess.start(
                            NodeInAProcess.class,
                            settings("127.0.0.1:0", durability).toString());
                    NodeClient client = NodeClient.of("processes", awaitReady(process), 1)) {
                for (int i = 0; i < 50; i++) {
                    commit(client, ++last);
                }
                process.kill();
            }
        }
        try (LmdbReplicaStore store = openStore()) {
            assertThat(store.wasClosedCleanly()).isFalse();
            requireCommitted(store, 1, last);
        }
    }

    private static void requireOneLine(ChildProcess process, String... parts) {
        List<String> lines = process.remainingLines();
        assertThat(process.awaitExit()).isEqualTo(NodeProcess.UNUSABLE);
        assertThat(lines).singleElement().asString().startsWith("danta: ").contains(parts);
    }

    @Test
    void wrongSettingsAreOneLineAndTwo() throws IOException {
        try (ChildProcess process = start("nowhere")) {
            requireOneLine(process, "node.toml: node.listen: an address is HOST:PORT");
        }
    }

    @Test
    void aTakenPortIsOneLineAndTwo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ChildProcess process = start("127.0.0.1:" + taken.getLocalPort())) {
            requireOneLine(process, "cannot listen on 127.0.0.1:" + taken.getLocalPort(), "already in use");
        }
    }

    @Test
    void aFolderInUseIsOneLineAndTwo() throws IOException {
        try (NodeFolder owner = NodeFolder.open(folder.resolve("data"), new ReplicaId(1));
                ChildProcess process = start("127.0.0.1:0")) {
            requireOneLine(process, owner.path().toString(), "in use by another process");
        }
    }

    @Test
    void aFolderThatCannotBeCreatedIsOneLineAndTwo() throws IOException {
        Files.writeString(folder.resolve("data"), "in the way");
        try (ChildProcess process = start("127.0.0.1:0")) {
            requireOneLine(process, folder.resolve("data").toString(), "cannot be created");
        }
    }

    @Test
    void aTruncatedFileIsOneLineAndTwo() throws IOException {
        try (Node node =
                Node.start(NodeSettings.read(settings("127.0.0.1:0"), Map.of()), new Start.Init("processes", 1, 1))) {
            node.awaitReady();
            try (NodeClient client = NodeClient.of("processes", node.address(), 1)) {
                commit(client, 1);
            }
        }
        Path data = folder.resolve("data/shard-0/data.mdb");
        try (var file = new RandomAccessFile(data.toFile(), "rw")) {
            file.setLength(3 * 4096);
        }
        try (ChildProcess process = start("127.0.0.1:0")) {
            requireOneLine(process, data.toString(), "is truncated");
        }
    }
}
