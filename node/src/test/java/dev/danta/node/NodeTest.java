package dev.danta.node;

import static dev.danta.node.Requests.envelope;
import static dev.danta.node.Requests.id;
import static dev.danta.node.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.StorageException;
import dev.danta.node.storage.NodeFolder;
import dev.danta.node.storage.StoreSettings;
import dev.danta.node.storage.Tampering;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.relaxed.LwwRegister;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.TxnRefusal;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import dev.danta.wire.transport.CannotListenException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node over its real port and on its real disk. */
@Timeout(120)
final class NodeTest {
    private static final Bytes VALUE = Bytes.utf8("value");

    @TempDir
    private Path folder;

    private static FixedMembers cluster(int shards) {
        return new FixedMembers("test", shards, List.of(new Member(new ReplicaId(1), "127.0.0.1:7401")));
    }

    private NodeSettings settings() {
        return settings("data", new HostAndPort("127.0.0.1", 0));
    }

    private NodeSettings settings(String data, HostAndPort listen) {
        NodeSettings usual = NodeSettings.of(new NodeSettings.Self(new ReplicaId(1), listen, folder.resolve(data)));
        // The ids in these tests are as old as the epoch of Unix, and are not to be forgotten for it.
        return forgetting(usual, new NodeSettings.Forgetting(Duration.ofDays(100 * 365), Duration.ofSeconds(5)));
    }

    private static NodeSettings forgetting(NodeSettings settings, NodeSettings.Forgetting forgetting) {
        NodeSettings.Storage usual = settings.storage();
        NodeSettings.Storage storage =
                new NodeSettings.Storage(usual.map(), usual.decisionDelay(), usual.groupWindow(), forgetting);
        return new NodeSettings(settings.node(), storage, settings.limits());
    }

    private static NodeSettings with(NodeSettings settings, NodeSettings.Limits limits) {
        return new NodeSettings(settings.node(), settings.storage(), limits);
    }

    private static NodeClient connect(Node node) {
        return NodeClient.of("test", node.address(), 1);
    }

    private static Envelope commit(long time, String key) {
        PrepareBody body = Requests.body(key, VALUE);
        return envelope(new IrMessage.Decide(id(time), new Decision.Commit(id(time)), body));
    }

    private static Envelope propose(long time, String key, Read... reads) {
        return envelope(new IrMessage.Propose(id(time), Requests.body(key, VALUE, reads)));
    }

    private static ReadAnswer.Entry read(NodeClient client, String key) {
        IrMessage.Answered answered = (IrMessage.Answered) client.ask(Requests.read(1, key));
        return ((ReadAnswer.Versions) answered.answer()).entries().get(0);
    }

    /** Reads until the outcome, which may wait for a batch to share its sync with, is there. */
    private static ReadAnswer.Entry readOnceFree(NodeClient client, String key) {
        ReadAnswer.Entry entry = read(client, key);
        while (entry.held()) {
            entry = read(client, key);
        }
        return entry;
    }

    @Test
    void itGreetsAsWhoItIs() {
        try (Node node = cluster(1).start(settings());
                NodeClient client = NodeClient.unconnected("test", node.address(), 1)) {
            var greeting = client.awaitGreeting();
            assertThat(greeting.node()).isEqualTo(new ReplicaId(1));
            assertThat(greeting.topology().cluster()).isEqualTo("test");
            assertThat(greeting.topology().memberships())
                    .isEqualTo(cluster(1).topology().memberships());
            assertThat(greeting.topology().nodes())
                    .isEqualTo(cluster(1).topology().nodes());
        }
    }

    @Test
    void aTransactionIsVotedOnHeldCommittedAndRead() {
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            assertThat(read(client, "a")).isEqualTo(new ReadAnswer.Entry(Version.NEVER_THERE, false));
            assertThat(client.ask(propose(10, "a", Read.of(key("a"), Version.NEVER_THERE))))
                    .isEqualTo(new IrMessage.Voted(id(10), new Vote.Ok(id(10))));
            assertThat(read(client, "a")).isEqualTo(new ReadAnswer.Entry(Version.NEVER_THERE, true));
            assertThat(client.ask(propose(11, "a")))
                    .isEqualTo(new IrMessage.Voted(id(11), new Vote.No(new TxnRefusal.Conflict(id(10)))));
            assertThat(client.ask(commit(10, "a"))).isEqualTo(new IrMessage.DecisionAcknowledged(id(10)));
            assertThat(read(client, "a")).isEqualTo(new ReadAnswer.Entry(new Version(id(10), VALUE), false));
        }
    }

    @Test
    void anAcknowledgedOutcomeIsReadAtOnceAndAHoldEndsWithTheWrite() {
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            for (int i = 1; i <= 100; i++) {
                client.ask(propose(i, "a"));
                client.send(commit(i, "a"), Requests.read(i, "a"));
                // The two come in either order: the question does not queue behind the sync.
                IrMessage first = client.awaitReply();
                IrMessage second = client.awaitReply();
                IrMessage.Answered answered =
                        (IrMessage.Answered) (first instanceof IrMessage.Answered ? first : second);
                ReadAnswer.Entry entry =
                        ((ReadAnswer.Versions) answered.answer()).entries().get(0);
                assertThat(entry.held() || entry.version().timestamp().equals(id(i)))
                        .isTrue();
                assertThat(read(client, "a").version().timestamp()).isEqualTo(id(i));
            }
        }
    }

    @Test
    void whatIsAcknowledgedOutlivesAHaltAndOrphansKeepTheirHolds() {
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            client.ask(propose(1, "committed"));
            client.ask(commit(1, "committed"));
            client.ask(propose(2, "orphaned"));
            client.ask(Requests.update(3));
            node.halt();
        }
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            assertThat(node.recoveredTransactions()).isEqualTo(1);
            assertThat(read(client, "committed")).isEqualTo(new ReadAnswer.Entry(new Version(id(1), VALUE), false));
            assertThat(read(client, "orphaned")).isEqualTo(new ReadAnswer.Entry(Version.NEVER_THERE, true));
            assertThat(client.ask(propose(4, "orphaned")))
                    .isEqualTo(new IrMessage.Voted(id(4), new Vote.No(new TxnRefusal.Conflict(id(2)))));
            IrMessage.Answered relaxed = (IrMessage.Answered) client.ask(
                    envelope(new IrMessage.Ask(new OpId(Requests.CLIENT, 9), new ReadQuery.Relaxed(key("relaxed")))));
            assertThat(((ReadAnswer.Relaxed) relaxed.answer()).state())
                    .isEqualTo(new LwwRegister(id(3), Bytes.utf8("value 3")));
        }
    }

    @Test
    void aCleanStopHandlesWhatHasCome() {
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            client.ask(propose(1, "a"));
            client.ask(commit(1, "a"));
        }
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            assertThat(node.recoveredTransactions()).isZero();
            assertThat(readOnceFree(client, "a")).isEqualTo(new ReadAnswer.Entry(new Version(id(1), VALUE), false));
        }
    }

    @Test
    void anOutcomeAloneIsCommittedWhenItsDelayIsOver() {
        NodeSettings slow = settings();
        NodeSettings.Storage storage = new NodeSettings.Storage(
                slow.storage().map(),
                Duration.ofMillis(50),
                Duration.ZERO,
                slow.storage().forgetting());
        try (Node node = cluster(1).start(new NodeSettings(slow.node(), storage, slow.limits()));
                NodeClient client = connect(node)) {
            client.ask(propose(1, "a"));
            long commits = node.stats().commits();
            client.send(commit(1, "a"));
            client.ask(propose(2, "b"));
            client.awaitReply();
            // The outcome and the next proposal shared one sync, unless they came more than the delay apart.
            assertThat(node.stats().commits()).isBetween(commits + 1, commits + 2);
            assertThat(client.ask(commit(2, "b"))).isEqualTo(new IrMessage.DecisionAcknowledged(id(2)));
        }
    }

    @Test
    void shardsAreApart() {
        try (Node node = cluster(3).start(settings("shards", new HostAndPort("127.0.0.1", 0)));
                NodeClient client = connect(node)) {
            for (int shard = 0; shard < 3; shard++) {
                ShardId place = new ShardId(shard);
                PrepareBody body = new PrepareBody(
                        List.of(place), Requests.body("a", VALUE).accesses());
                Envelope proposal = new Envelope(
                        place, Epoch.FIRST, new Address.Client(Requests.CLIENT), new IrMessage.Propose(id(5), body));
                assertThat(client.ask(proposal)).isEqualTo(new IrMessage.Voted(id(5), new Vote.Ok(id(5))));
            }
            Envelope beyond = new Envelope(
                    new ShardId(3),
                    Epoch.FIRST,
                    new Address.Client(Requests.CLIENT),
                    Requests.abort(5).message());
            client.send(beyond);
            assertThat(client.ask(Requests.abort(5))).isEqualTo(new IrMessage.DecisionAcknowledged(id(5)));
        }
    }

    @Test
    void anotherEpochIsToldSo() {
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            for (Envelope request : List.of(Requests.read(1, "a"), propose(1, "a"))) {
                Envelope later = new Envelope(request.shard(), new Epoch(2), request.from(), request.message());
                assertThat(client.ask(later))
                        .isEqualTo(new IrMessage.WrongEpoch(
                                new Membership(request.shard(), Epoch.FIRST, List.of(new ReplicaId(1)))));
            }
        }
    }

    @Test
    void aFullInboxIsToldSo() {
        NodeSettings.Limits usual = NodeSettings.Limits.DEFAULT;
        NodeSettings tight = with(
                settings(),
                new NodeSettings.Limits(
                        1, usual.inboxBytes(), 1, usual.clients(), usual.maxClockAhead(), usual.wire()));
        try (Node node = cluster(1).start(tight);
                NodeClient client = connect(node)) {
            Envelope[] frame = new Envelope[100];
            for (int i = 0; i < frame.length; i++) {
                frame[i] = i % 2 == 0 ? propose(i + 1, "key-" + i) : Requests.update(i + 1);
            }
            client.send(frame);
            int refused = 0;
            for (int i = 0; i < frame.length; i++) {
                IrMessage reply = client.awaitReply();
                refused +=
                        reply instanceof IrMessage.ProposeOverloaded || reply instanceof IrMessage.OpOverloaded ? 1 : 0;
            }
            assertThat(refused).isPositive();
            assertThat(node.stats().refused()).isEqualTo(refused);
            // It serves on.
            assertThat(client.ask(Requests.abort(1))).isInstanceOf(IrMessage.DecisionAcknowledged.class);
        }
    }

    @Test
    void aClockThatIsTooFarAheadIsRefused() {
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            long ahead = SystemClock.wallMicros() + 3_600_000_000L;
            assertThat(client.ask(propose(ahead, "a"))).isInstanceOf(IrMessage.ClockRefused.class);
        }
    }

    @Test
    void aClientOfAnotherClusterIsTurnedAwayAndTheNodeServesOn() {
        try (Node node = cluster(1).start(settings());
                NodeClient stranger = NodeClient.unconnected("elsewhere", node.address(), 1);
                NodeClient client = connect(node)) {
            assertThat(stranger.awaitFailure())
                    .contains("cluster")
                    .contains("test")
                    .contains("elsewhere");
            assertThat(client.ask(propose(1, "a"))).isInstanceOf(IrMessage.Voted.class);
        }
    }

    @Test
    void garbageOnThePortIsSurvived() throws IOException {
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            for (int seed = 0; seed < 5; seed++) {
                byte[] garbage = new byte[4096];
                new Random(seed).nextBytes(garbage);
                try (Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), node.address().port())) {
                    OutputStream output = socket.getOutputStream();
                    output.write(garbage);
                    output.flush();
                    assertThat(socket.getInputStream().readAllBytes()).isNotNull();
                } catch (IOException hungUp) {
                    assertThat(hungUp).isNotNull();
                }
            }
            assertThat(client.ask(propose(1, "a"))).isInstanceOf(IrMessage.Voted.class);
            assertThat(node.failure()).isEmpty();
        }
    }

    @Test
    void aPortThatIsTakenIsToldAndTheFolderIsFreeAgain() {
        try (Node node = cluster(1).start(settings())) {
            NodeSettings second = settings("second", node.address());
            assertThatExceptionOfType(CannotListenException.class)
                    .isThrownBy(() -> cluster(1).start(second))
                    .withMessageContaining(node.address().toString())
                    .withMessageContaining("already in use");
        }
        cluster(1).start(settings("second", new HostAndPort("127.0.0.1", 0))).close();
    }

    @Test
    void aFolderInUseIsToldAndItsOwnerServesOn() {
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> cluster(1).start(settings()))
                    .withMessageContaining("in use");
            assertThat(client.ask(propose(1, "a"))).isInstanceOf(IrMessage.Voted.class);
        }
    }

    @Test
    void aSecondShardThatCannotBeOpenedLeavesTheFirstFree() throws IOException {
        NodeSettings two = settings("two", new HostAndPort("127.0.0.1", 0));
        Path second = two.node().dataDir().resolve("shard-1");
        NodeFolder.open(two.node().dataDir(), two.node().id()).close();
        Files.writeString(second, "in the way");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> cluster(2).start(two))
                .withMessageContaining("shard-1");
        Files.delete(second);
        cluster(2).start(two).close();
    }

    @Test
    void afterItsEndNothingIsAnswered() {
        Node node = cluster(1).start(settings());
        HostAndPort address = node.address();
        try (NodeClient client = connect(node)) {
            node.close();
            node.close();
            node.halt();
            assertThat(client.awaitFailure()).contains(address.toString());
        }
        assertThat(node.failure()).isEmpty();
    }

    @Test
    void aFullStoreStopsTheNodeWhichSaysWhyAndKeepsWhatItAcknowledged() throws InterruptedException {
        NodeSettings usual = settings();
        NodeSettings capped = new NodeSettings(
                usual.node(),
                new NodeSettings.Storage(
                        new StoreSettings(256 * 1024, 256 * 1024, 8),
                        Duration.ZERO,
                        Duration.ZERO,
                        usual.storage().forgetting()),
                usual.limits());
        Node node = cluster(1).start(capped);
        try (NodeClient client = connect(node)) {
            client.ask(propose(1, "small"));
            client.ask(commit(1, "small"));
            Bytes large = Bytes.wrap(new byte[500_000]);
            client.send(envelope(new IrMessage.Propose(id(2), Requests.body("large", large))));
            node.awaitEnd();
        }
        assertThat(node.failure()).hasValueSatisfying(failure -> {
            assertThat(failure.exitCode()).isEqualTo(Node.Failure.STORAGE);
            assertThat(failure.message()).contains("storage.map-size-max").contains("shard-0");
        });
        try (Node again = cluster(1).start(usual);
                NodeClient client = connect(again)) {
            assertThat(read(client, "small").version().timestamp()).isEqualTo(id(1));
            assertThat(read(client, "large").version().timestamp()).isEqualTo(Timestamp.ZERO);
        }
    }

    @Test
    void aDamagedStoreStopsTheNodeWhenItIsReadWhichSaysWhy() throws InterruptedException {
        Path shard = settings().node().dataDir().resolve("shard-0");
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            client.ask(Requests.update(1));
        }
        Tampering.spoilRelaxed(shard, "relaxed");
        Node node = cluster(1).start(settings());
        try (NodeClient client = connect(node)) {
            client.send(
                    envelope(new IrMessage.Ask(new OpId(Requests.CLIENT, 1), new ReadQuery.Relaxed(key("relaxed")))));
            node.awaitEnd();
        }
        assertThat(node.failure()).hasValueSatisfying(failure -> {
            assertThat(failure.exitCode()).isEqualTo(Node.Failure.STORAGE);
            assertThat(failure.message()).contains(shard.toString()).contains("is damaged");
        });
    }

    @Test
    void whatItDoesIsCounted() {
        try (Node node = cluster(1).start(settings());
                NodeClient client = connect(node)) {
            client.ask(propose(1, "a"));
            client.ask(commit(1, "a"));
            read(client, "a");
            Node.Stats stats = node.stats();
            // Taking up what the store holds is not counted.
            assertThat(stats.inputs()).isEqualTo(2);
            assertThat(stats.batches()).isEqualTo(2);
            assertThat(stats.commits()).isEqualTo(2);
            assertThat(stats.reads()).isEqualTo(1);
            assertThat(stats.commitNanos()).isPositive();
            assertThat(stats.commitNanosMax()).isPositive();
            assertThat(stats.inboxSize()).isZero();
        }
    }
}
