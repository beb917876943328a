package dev.danta.node;

import static dev.danta.node.Requests.SHARD;
import static dev.danta.node.Requests.envelope;
import static dev.danta.node.Requests.id;
import static dev.danta.node.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.config.state.ClusterRequest;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.txn.KeyChange;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that has nothing new to tell keeps its answer back (protocol.md 7), over its real port. */
@Timeout(120)
final class HeldQuestionsTest {
    private static final int LONG = ReadQuery.HOLD_MILLIS_MAX;
    private static final KeyRange ALL = range("a", "z");

    @TempDir
    private Path folder;

    private long asked;

    private static KeyRange range(String from, String to) {
        return new KeyRange(key(from), key(to));
    }

    private Node start() {
        NodeSettings usual = NodeSettings.of(
                new NodeSettings.Self(new ReplicaId(1), new HostAndPort("127.0.0.1", 0), folder.resolve("data")));
        NodeSettings.Storage storage = usual.storage();
        // The ids in these tests are as old as the epoch of Unix, and are not to be forgotten for it.
        NodeSettings.Forgetting never = new NodeSettings.Forgetting(Duration.ofDays(100 * 365), Duration.ofSeconds(5));
        NodeSettings settings = new NodeSettings(
                usual.node(),
                new NodeSettings.Storage(storage.map(), storage.decisionDelay(), storage.groupWindow(), never),
                usual.limits());
        return new FixedMembers("test", 1, List.of(new Member(new ReplicaId(1), "127.0.0.1:7401"))).start(settings);
    }

    private static NodeClient connect(Node node) {
        return NodeClient.of("test", node.address(), 1);
    }

    private static Envelope commit(long time, String key) {
        return envelope(new IrMessage.Decide(
                id(time), new Decision.Commit(id(time)), Requests.body(key, Bytes.utf8("v" + time))));
    }

    private Envelope feed(LogPosition after, KeyRange keys, int holdMillis) {
        return envelope(new IrMessage.Ask(
                new OpId(Requests.CLIENT, ++asked), new ReadQuery.Feed(after, keys, 100, holdMillis)));
    }

    private LogPosition end(NodeClient client) {
        IrMessage.Answered end = (IrMessage.Answered) client.ask(feed(null, ALL, 0));
        return ((ReadAnswer.Feed) end.answer()).upTo();
    }

    private static LogPosition plus(LogPosition at, long entries) {
        return new LogPosition(at.incarnation(), at.number() + entries);
    }

    /** Waits until so many are held back: that happens at once, but on other threads. */
    private static void awaitHeld(Node node, int count) {
        while (node.stats().heldBack() != count) {
            Thread.onSpinWait();
        }
    }

    private static ReadAnswer.Feed page(IrMessage reply) {
        return (ReadAnswer.Feed) ((IrMessage.Answered) reply).answer();
    }

    private static List<Key> keys(ReadAnswer.Feed page) {
        return page.changes().stream().map(KeyChange::key).toList();
    }

    /** What comes next of two replies that come in any order. */
    private static ReadAnswer.Feed pageBeside(NodeClient client) {
        IrMessage first = client.awaitReply();
        IrMessage second = client.awaitReply();
        return page(first instanceof IrMessage.Answered ? first : second);
    }

    @Test
    void aChangeWakesTheQuestionThatIsHeldAndEachIsOneQuestion() {
        try (Node node = start();
                NodeClient client = connect(node)) {
            LogPosition at = end(client);
            long reads = node.stats().reads();
            for (int i = 1; i <= 10; i++) {
                client.send(feed(at, ALL, LONG));
                awaitHeld(node, 1);
                client.send(commit(i, "k" + i));
                ReadAnswer.Feed page = pageBeside(client);
                assertThat(keys(page)).containsExactly(key("k" + i));
                assertThat(page.upTo()).isEqualTo(plus(at, 1));
                at = page.upTo();
            }
            assertThat(node.stats().reads()).isEqualTo(reads + 10);
            assertThat(node.stats().heldBack()).isZero();
        }
    }

    @Test
    void whatIsThereAlreadyIsToldAtOnceAndSoIsAGap() {
        try (Node node = start();
                NodeClient client = connect(node)) {
            LogPosition at = end(client);
            client.ask(commit(1, "k"));

            assertThat(keys(page(client.ask(feed(at, ALL, LONG))))).containsExactly(key("k"));
            IrMessage.Answered gap = (IrMessage.Answered) client.ask(feed(plus(at, 7), ALL, LONG));
            assertThat(gap.answer()).isInstanceOf(ReadAnswer.FeedGap.class);
            assertThat(page(client.ask(feed(plus(at, 1), ALL, 0))).changes()).isEmpty();
        }
    }

    @Test
    void changesOfOtherKeysWakeNobodyAndMoveWhereItGoesOn() {
        try (Node node = start();
                NodeClient client = connect(node)) {
            LogPosition at = end(client);
            client.send(feed(at, range("m", "n"), LONG));
            awaitHeld(node, 1);
            for (int i = 1; i <= 50; i++) {
                assertThat(client.ask(commit(i, "k"))).isInstanceOf(IrMessage.DecisionAcknowledged.class);
            }
            assertThat(node.stats().heldBack()).isOne();
            client.send(commit(51, "m"));

            ReadAnswer.Feed page = pageBeside(client);
            assertThat(keys(page)).containsExactly(key("m"));
            assertThat(page.upTo()).isEqualTo(plus(at, 51));
        }
    }

    @Test
    void whenTheTimeIsOverItIsSaidThatNothingIsNew() {
        try (Node node = start();
                NodeClient client = connect(node)) {
            LogPosition at = end(client);
            ReadAnswer.Feed page = page(client.ask(feed(at, ALL, 1)));

            assertThat(page.changes()).isEmpty();
            assertThat(page.upTo()).isEqualTo(at);
            assertThat(node.stats().heldBack()).isZero();
        }
    }

    @Test
    void thoseThatThereIsNoRoomForAreAnsweredAtOnce() {
        try (Node node = start();
                NodeClient client = connect(node)) {
            LogPosition at = end(client);
            int most = HeldBack.HELD_OF_SESSION_MAX;
            client.send(IntStream.rangeClosed(0, most)
                    .mapToObj(i -> feed(at, ALL, LONG))
                    .toArray(Envelope[]::new));

            assertThat(page(client.awaitReply()).changes()).isEmpty();
            assertThat(node.stats().heldBack()).isEqualTo(most);
            client.send(commit(1, "k"));
            for (int i = 0; i <= most; i++) {
                client.awaitReply();
            }
            assertThat(node.stats().heldBack()).isZero();
        }
    }

    @Test
    void aConnectionThatIsGoneTakesItsQuestionsAlong() {
        try (Node node = start();
                NodeClient other = connect(node)) {
            LogPosition at = end(other);
            other.send(feed(at, ALL, LONG));
            awaitHeld(node, 1);
            try (NodeClient gone = NodeClient.of("test", node.address(), 1)) {
                for (int i = 0; i < 5; i++) {
                    gone.send(feed(at, ALL, LONG));
                }
                awaitHeld(node, 6);
            }
            awaitHeld(node, 1);
        }
    }

    @Test
    void aNodeThatStopsAnswersWhatItHolds() throws Exception {
        Node node = start();
        try (NodeClient client = connect(node)) {
            LogPosition at = end(client);
            client.send(feed(at, ALL, LONG));
            awaitHeld(node, 1);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::close);

            assertThat(page(client.awaitReply()).upTo()).isEqualTo(at);
            stopped.get(60, TimeUnit.SECONDS);
        } finally {
            node.close();
        }
    }

    /** The log that it goes on in is another one from then on. */
    @Test
    void anotherEpochEndsTheWaiting() {
        try (ChangingNodes nodes = new ChangingNodes(folder)) {
            nodes.found(2, 1);
            Membership first = nodes.shard(0).config().active();
            try (NodeClient client = NodeClient.of("test", nodes.addressOf(1), 1)) {
                Address self = new Address.Client(Requests.CLIENT);
                IrMessage.Answered end = (IrMessage.Answered) client.ask(new Envelope(
                        SHARD, first.epoch(), self, feed(null, ALL, 0).message()));
                LogPosition at = ((ReadAnswer.Feed) end.answer()).upTo();
                client.send(new Envelope(
                        SHARD, first.epoch(), self, feed(at, ALL, LONG).message()));
                nodes.join(2);
                nodes.ask(new ClusterRequest.MoveReplica(SHARD, first.epoch(), new ReplicaId(1), new ReplicaId(2)));

                assertThat(client.awaitReply()).isInstanceOf(IrMessage.WrongEpoch.class);
            }
            nodes.awaitSettled();
        }
    }
}
