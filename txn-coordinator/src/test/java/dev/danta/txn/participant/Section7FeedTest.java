package dev.danta.txn.participant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.LogItem;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.replica.PageLimits;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.LwwRegister;
import dev.danta.txn.KeyChange;
import dev.danta.txn.KeyStates;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.client.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** protocol.md 7: a replica's log is the feed of what has changed there; what it cannot tell any more it calls a gap. */
final class Section7FeedTest {
    private static final ShardId SHARD = new ShardId(0);
    private static final ReplicaId SELF = new ReplicaId(1);
    private static final ReplicaId PEER = new ReplicaId(2);
    private static final ReplicaId THIRD = new ReplicaId(3);
    private static final ClientId CLIENT = new ClientId(7, 7);
    private static final long DISK = 0xd15c;
    private static final Key A = key("a");
    private static final Key B = key("b");
    private static final KeyRange ALL = new KeyRange(key("\u0000"), key("z"));
    private static final KeyRange ONLY_A = new KeyRange(A, B);

    private long ops;

    /** A replica and its disk. */
    private final class Node {
        private final MemoryStore store = new MemoryStore(DISK);
        private final Membership members;
        private final long kept;
        private IrReplica replica;

        Node(long kept, ReplicaId... members) {
            this.members = new Membership(SHARD, Epoch.FIRST, List.of(members));
            this.kept = kept;
            this.replica = start();
        }

        IrReplica start() {
            Participant participant = new Participant(store, store, store, new Participant.Settings(1_000_000));
            return new IrReplica(
                    SELF,
                    members,
                    new IrReplica.Settings(1_000_000, 1_000, kept, PageLimits.DEFAULTS),
                    store,
                    participant);
        }

        List<IrMessage> handle(IrMessage.Request request) {
            Envelope envelope = new Envelope(SHARD, Epoch.FIRST, new Address.Client(CLIENT), request);
            List<IrMessage> replies = new ArrayList<>();
            for (Effect effect : replica.handle(new IrReplica.Input.Received(envelope), new Moment(1, 1_000_000))) {
                if (effect instanceof Effect.Persist persist) {
                    store.apply(persist.mutation());
                } else if (effect instanceof Effect.Send send) {
                    replies.add(send.envelope().message());
                }
            }
            store.commit();
            return replies;
        }

        Node commit(long time, Write... writes) {
            handle(new IrMessage.Decide(id(time), new Decision.Commit(id(time)), body(writes)));
            return this;
        }

        Node set(long time, Key key, String value) {
            LwwRegister register = new LwwRegister(id(time), Bytes.utf8(value));
            handle(new IrMessage.Execute(new OpId(CLIENT, ++ops), new RelaxedUpdate(key, register)));
            return this;
        }

        Node pulledBy(ReplicaId puller, long number) {
            handle(new IrMessage.Pull(puller, at(number), false));
            return this;
        }

        ReadAnswer ask(@Nullable LogPosition after, KeyRange keys, int limit) {
            ReadQuery query = new ReadQuery.Feed(after, keys, limit, 0);
            return (ReadAnswer) ((IrMessage.Answered) handle(new IrMessage.Ask(new OpId(CLIENT, ++ops), query))
                            .get(0))
                    .answer();
        }

        ReadAnswer.Feed after(long number) {
            return (ReadAnswer.Feed) ask(at(number), ALL, 100);
        }
    }

    private static Key key(String name) {
        return new Key(Bytes.utf8(name));
    }

    private static Timestamp id(long time) {
        return new Timestamp(time, CLIENT);
    }

    private static LogPosition at(long number) {
        return new LogPosition(new LogIncarnation(DISK, Epoch.FIRST), number);
    }

    private static PrepareBody body(Write... writes) {
        return new PrepareBody(List.of(SHARD), new AccessSet(List.of(), List.of(writes)));
    }

    private static Write write(Key key, String value) {
        return new Write(key, Bytes.utf8(value));
    }

    private static KeyChange written(Key key, long time, String value) {
        return new KeyChange.Written(key, new Version(id(time), Bytes.utf8(value)), false);
    }

    private static KeyChange overtaken(Key key, long time, String value) {
        return new KeyChange.Written(key, new Version(id(time), Bytes.utf8(value)), true);
    }

    private Node ofThree(long kept) {
        return new Node(kept, SELF, PEER, THIRD);
    }

    @Test
    void tellsWhatWasCommittedAndWhatWasJoinedInTheOrderInWhichItCame() {
        Node node = ofThree(0)
                .commit(1, write(A, "one"), write(B, "one"))
                .set(2, key("r"), "two")
                .commit(3, new Write(A, null));

        assertThat(node.after(0))
                .isEqualTo(new ReadAnswer.Feed(
                        at(3),
                        List.of(
                                written(A, 1, "one"),
                                written(B, 1, "one"),
                                new KeyChange.Joined(key("r"), new LwwRegister(id(2), Bytes.utf8("two"))),
                                new KeyChange.Written(A, new Version(id(3), null), false)),
                        3));
        assertThat(node.after(2).changes()).hasSize(1);
        assertThat(node.after(3).changes()).isEmpty();
    }

    @Test
    void tellsOfTheKeysThatWereAskedForOnly() {
        Node node = ofThree(0).commit(1, write(A, "one"), write(B, "one")).commit(2, write(B, "two"));

        assertThat(node.ask(at(0), ONLY_A, 100))
                .isEqualTo(new ReadAnswer.Feed(at(2), List.of(written(A, 1, "one")), 2));
    }

    @Test
    void whoHasNoCursorIsToldOnlyWhereTheLogEnds() {
        Node node = ofThree(0).commit(1, write(A, "one"));

        assertThat(node.ask(null, ALL, 100)).isEqualTo(new ReadAnswer.Feed(at(1), List.of(), 1));
    }

    @Test
    void aPageEndsBehindAWholeOperation() {
        Node node = ofThree(0)
                .commit(1, write(A, "one"), write(B, "one"), write(key("c"), "one"))
                .commit(2, write(A, "two"), write(B, "two"));

        ReadAnswer.Feed page = (ReadAnswer.Feed) node.ask(at(0), ALL, 1);

        assertThat(page.upTo()).isEqualTo(at(1));
        assertThat(page.changes()).hasSize(3);
        assertThat(page.more()).isTrue();
        assertThat(node.ask(at(0), ALL, 4)).isEqualTo(page);
        assertThat(((ReadAnswer.Feed) node.ask(at(0), ALL, 5)).upTo()).isEqualTo(at(2));
    }

    @Test
    void whatCameAfterANewerVersionIsMarked() {
        Node node = ofThree(0).commit(5, write(A, "five")).commit(3, write(A, "three"), write(B, "three"));

        assertThat(node.after(0).changes())
                .containsExactly(written(A, 5, "five"), overtaken(A, 3, "three"), written(B, 3, "three"));
    }

    /** Both come in one step, and neither can be read back before it is over. */
    @Test
    void whatCameWithANewerVersionOfTheSamePageIsMarked() {
        Node node = ofThree(0);
        LogPosition start = new LogPosition(new LogIncarnation(9, Epoch.FIRST), 0);
        node.handle(new IrMessage.SkipTo(PEER, start));
        node.handle(new IrMessage.Absorb(
                PEER,
                start,
                new LogPosition(start.incarnation(), 2),
                List.of(
                        new LogItem.Outcome(id(5), new Decision.Commit(id(5)), body(write(A, "five"))),
                        new LogItem.Outcome(id(3), new Decision.Commit(id(3)), body(write(A, "three")))),
                true));

        assertThat(node.after(0).changes()).containsExactly(written(A, 5, "five"), overtaken(A, 3, "three"));
    }

    @Test
    void whatAPeersStateHasBroughtIsTold() {
        Node node = ofThree(0);
        LwwRegister register = new LwwRegister(id(4), Bytes.utf8("r"));
        KeyStates states = new KeyStates(List.of(
                new KeyStates.KeyState(A, new Version(id(2), Bytes.utf8("a")), null),
                new KeyStates.KeyState(B, Version.NEVER_THERE, register)));

        node.handle(new IrMessage.Repair(new OpId(CLIENT, ++ops), states));
        node.handle(new IrMessage.Repair(new OpId(CLIENT, ++ops), states));

        assertThat(node.after(0).changes()).containsExactly(written(A, 2, "a"), new KeyChange.Joined(B, register));
    }

    /** What a peer's state has brought is no news to others: they compare for themselves. */
    @Test
    void peersDoNotPullWhatAPeersStateHasBrought() {
        Node node = ofThree(0);
        node.handle(new IrMessage.Repair(
                new OpId(CLIENT, ++ops),
                new KeyStates(List.of(new KeyStates.KeyState(A, new Version(id(2), Bytes.utf8("a")), null)))));

        assertThat(node.handle(new IrMessage.Pull(PEER, at(0), true)))
                .containsExactly(new IrMessage.Pulled(at(0), at(1), List.of(), true, 1));
    }

    /** The newest has come by comparing; what was between may never come. */
    @Test
    void wherePeersLogsWereGoneThereIsAGap() {
        LogIncarnation log = new LogIncarnation(9, Epoch.FIRST);
        Node node = ofThree(0).commit(1, write(A, "one"));
        node.handle(new IrMessage.SkipTo(PEER, new LogPosition(log, 0)));
        node.commit(2, write(A, "two"));
        assertThat(node.after(0).upTo()).isEqualTo(at(2));

        node.handle(new IrMessage.SkipTo(PEER, new LogPosition(log, 7)));
        node.commit(3, write(A, "three"));

        assertThat(node.after(0).upTo()).isEqualTo(at(2));
        assertThat(node.ask(at(2), ALL, 100)).isEqualTo(new ReadAnswer.FeedGap(at(4)));
        assertThat(node.after(3).changes()).containsExactly(written(A, 3, "three"));

        node.handle(new IrMessage.SkipTo(THIRD, new LogPosition(log, 1)));
        assertThat(node.ask(at(4), ALL, 100)).isEqualTo(new ReadAnswer.FeedGap(at(5)));
    }

    @Test
    void whatIsForgottenIsToldAsLongAsTheLogIsKept() {
        Node node = ofThree(10).commit(1, write(A, "one")).commit(2, write(A, "two"));
        node.handle(new IrMessage.Bar(id(50)));
        node.handle(new IrMessage.Resolve(id(50)));
        node.handle(new IrMessage.Forget(id(50)));
        node.handle(new IrMessage.Sweep());

        assertThat(node.store.record(id(1))).isNull();
        assertThat(node.after(0).changes()).containsExactly(written(A, 1, "one"), written(A, 2, "two"));
    }

    @Test
    void whatAllHavePulledIsKeptForFeedsAsMuchAsTheyMayWant() {
        Node node = ofThree(3);
        IntStream.rangeClosed(1, 10).forEach(i -> node.commit(i, write(A, "v" + i)));
        node.pulledBy(PEER, 10).pulledBy(THIRD, 10);

        assertThat(node.store.logStart()).isEqualTo(8);
        assertThat(node.after(7).changes()).hasSize(3);
        assertThat(node.ask(at(6), ALL, 100)).isEqualTo(new ReadAnswer.FeedGap(at(10)));
    }

    @Test
    void aReplicaThatIsAloneKeepsALogForFeeds() {
        Node node = new Node(3, SELF);
        IntStream.rangeClosed(1, 10).forEach(i -> node.commit(i, write(A, "v" + i)));

        assertThat(node.after(7).changes())
                .containsExactly(written(A, 8, "v8"), written(A, 9, "v9"), written(A, 10, "v10"));
        assertThat(node.ask(at(6), ALL, 100)).isEqualTo(new ReadAnswer.FeedGap(at(10)));
    }

    @Test
    void aReplicaThatStartsAnewGoesOnInTheSameLog() {
        Node node = ofThree(0).commit(1, write(A, "one"));
        node.replica = node.start();
        node.commit(2, write(A, "two"));

        assertThat(node.after(1).changes()).containsExactly(written(A, 2, "two"));
    }

    @Test
    void aCursorIntoAnotherLogOrBehindTheEndIsAGap() {
        Node node = ofThree(0).commit(1, write(A, "one"));
        LogPosition otherDisk = new LogPosition(new LogIncarnation(DISK + 1, Epoch.FIRST), 0);
        LogPosition otherEpoch = new LogPosition(new LogIncarnation(DISK, new Epoch(2)), 0);

        assertThat(Stream.of(otherDisk, otherEpoch, at(2)).map(after -> node.ask(after, ALL, 100)))
                .containsOnly(new ReadAnswer.FeedGap(at(1)));
    }
}
