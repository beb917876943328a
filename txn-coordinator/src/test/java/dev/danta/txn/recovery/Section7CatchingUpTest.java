package dev.danta.txn.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.replica.PageLimits;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.upkeep.CatchUp;
import dev.danta.ir.upkeep.RangesCompared;
import dev.danta.ir.upkeep.Upkeep;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Write;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.TxnRefusal;
import dev.danta.txn.client.MemoryStore;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.participant.Participant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 7: a replica whose peers' logs are gone compares what it has with them, and then goes on in what is left. */
final class Section7CatchingUpTest {
    private static final Moment NOW = new Moment(1, 1_000_000);
    private static final ShardId SHARD = new ShardId(0);
    private static final ReplicaId SELF = new ReplicaId(1);
    private static final ReplicaId PEER = new ReplicaId(2);
    private static final Membership MEMBERS = new Membership(SHARD, Epoch.FIRST, List.of(SELF, PEER, new ReplicaId(3)));
    private static final ClientId CLIENT = new ClientId(7, 7);
    private static final Address ASKER = new Address.Client(CLIENT);
    private static final UpkeepSettings SETTINGS = new UpkeepSettings(1, 1, 0, new UpkeepSettings.Comparing(1, 0, 2));

    private final Map<ReplicaId, MemoryStore> stores = new TreeMap<>();
    private final Map<ReplicaId, IrReplica> replicas = new TreeMap<>();
    private final ArrayDeque<Effect.Send> underWay = new ArrayDeque<>();
    private final Set<Timer> timers = new LinkedHashSet<>();
    private final List<RangesCompared> compared = new ArrayList<>();
    private Predicate<IrMessage> lost = message -> false;
    private Predicate<IrMessage> before = message -> false;
    private Runnable doFirst = () -> {};
    private int lives;
    private CatchUp catchUp = start();

    Section7CatchingUpTest() {
        for (ReplicaId id : MEMBERS.members()) {
            MemoryStore store = new MemoryStore();
            stores.put(id, store);
            replicas.put(
                    id,
                    new IrReplica(
                            id,
                            MEMBERS,
                            new IrReplica.Settings(1_000_000, 3, 0, PageLimits.DEFAULTS),
                            store,
                            new Participant(store, store, store, new Participant.Settings(1_000_000))));
        }
    }

    private CatchUp start() {
        timers.clear();
        underWay.clear();
        return new CatchUp(SELF, new ClientId(9, ++lives), new Memberships(List.of(MEMBERS)), SETTINGS);
    }

    private static Timestamp id(long time) {
        return new Timestamp(time, CLIENT);
    }

    private static Key key(long number) {
        return new Key(Bytes.utf8("k" + number));
    }

    private static PrepareBody writing(Key key) {
        return new PrepareBody(List.of(SHARD), new AccessSet(List.of(), List.of(new Write(key, Bytes.utf8("v")))));
    }

    private List<IrMessage> ask(ReplicaId whom, IrMessage.Request request) {
        return step(whom, new Envelope(SHARD, Epoch.FIRST, ASKER, request)).stream()
                .map(send -> send.envelope().message())
                .toList();
    }

    private List<Effect.Send> step(ReplicaId whom, Envelope envelope) {
        MemoryStore store = stores.get(whom);
        IrReplica replica = replicas.get(whom);
        List<Effect.Send> sent = new ArrayList<>();
        if (store != null && replica != null) {
            for (Effect effect : replica.handle(new IrReplica.Input.Received(envelope), NOW)) {
                if (effect instanceof Effect.Persist persist) {
                    store.apply(persist.mutation());
                } else if (effect instanceof Effect.Send send) {
                    sent.add(send);
                }
            }
            store.commit();
        }
        return sent;
    }

    private void commit(ReplicaId where, long number) {
        ask(where, new IrMessage.Decide(id(number), new Decision.Commit(id(number)), writing(key(number))));
    }

    private void give(Upkeep input) {
        for (Effect effect : catchUp.handle(input, NOW)) {
            if (effect instanceof Effect.Send send) {
                underWay.add(send);
            } else if (effect instanceof Effect.Arm arm) {
                timers.add(arm.timer());
            } else if (effect instanceof Effect.Tell tell && tell.report() instanceof RangesCompared one) {
                compared.add(one);
            }
        }
    }

    /** Everything under way arrives, and what follows from it, until nothing is left to be said before the next tick. */
    private void settle() {
        boolean more = true;
        while (more) {
            while (!underWay.isEmpty()) {
                Effect.Send question = underWay.remove();
                IrMessage asked = question.envelope().message();
                if (before.test(asked)) {
                    before = message -> false;
                    doFirst.run();
                }
                if (!lost.test(asked) && question.to() instanceof Address.Replica to) {
                    for (Effect.Send answer : step(to.id(), question.envelope())) {
                        give(new Upkeep.Received(answer.envelope()));
                    }
                }
            }
            List<Timer> pages = timers.stream()
                    .filter(timer -> timer.getClass().getSimpleName().equals("NextPage"))
                    .toList();
            pages.forEach(timers::remove);
            pages.forEach(timer -> give(new Upkeep.TimerFired(timer)));
            more = !pages.isEmpty();
        }
    }

    private void tick() {
        List<Timer> due = List.copyOf(timers);
        timers.clear();
        due.forEach(timer -> give(new Upkeep.TimerFired(timer)));
        settle();
    }

    private void begin() {
        give(new Upkeep.Started());
        settle();
    }

    private MemoryStore self() {
        return store(SELF);
    }

    private MemoryStore store(ReplicaId id) {
        MemoryStore store = stores.get(id);
        if (store == null) {
            throw new IllegalStateException("no store of " + id);
        }
        return store;
    }

    private void hasAllOfThePeer(long upTo) {
        for (long number = 1; number <= upTo; number++) {
            assertThat(self().newest(key(number)))
                    .as("version of %d", number)
                    .isEqualTo(store(PEER).newest(key(number)));
        }
    }

    private long pulledOfPeer() {
        return self().cursors().stream()
                .filter(cursor -> cursor.source().equals(PEER))
                .map(LogCursor::position)
                .mapToLong(position -> position.number())
                .findFirst()
                .orElse(-1);
    }

    @Test
    void aLogThatIsGoneIsMadeUpForByComparing() {
        for (long number = 1; number <= 20; number++) {
            commit(PEER, number);
        }

        begin();
        tick();

        hasAllOfThePeer(20);
        assertThat(pulledOfPeer()).isEqualTo(store(PEER).logEnd());
        assertThat(compared.get(0).whole()).isTrue();
        assertThat(compared.stream()
                        .filter(RangesCompared::completed)
                        .mapToInt(RangesCompared::taken)
                        .sum())
                .isEqualTo(20);
    }

    @Test
    void theCursorStaysWhereItIsUntilEverythingIsCompared() {
        for (long number = 1; number <= 20; number++) {
            commit(PEER, number);
        }
        lost = message -> message instanceof IrMessage.Repair;
        begin();
        for (int i = 0; i < 20; i++) {
            tick();
        }

        assertThat(pulledOfPeer()).isEqualTo(-1);
        assertThat(compared).isNotEmpty().noneMatch(one -> one.peer().equals(PEER) && one.completed());

        lost = message -> false;
        catchUp = start();
        begin();
        tick();

        hasAllOfThePeer(20);
        assertThat(pulledOfPeer()).isEqualTo(store(PEER).logEnd());
    }

    /** Found missing by then would be what came after the comparison began and was truncated before it was over. */
    @Test
    void whatIsTruncatedWhileStatesAreComparedIsNotMissed() {
        for (long number = 1; number <= 20; number++) {
            commit(PEER, number);
        }
        before = message ->
                message instanceof IrMessage.SkipTo skip && skip.source().equals(PEER);
        doFirst = () -> {
            for (long number = 21; number <= 40; number++) {
                commit(PEER, number);
            }
        };

        begin();
        for (int i = 0; i < 4; i++) {
            tick();
        }

        hasAllOfThePeer(40);
        assertThat(pulledOfPeer()).isEqualTo(store(PEER).logEnd());
    }

    @Test
    void whatIsTruncatedInPartWhileStatesAreComparedNeedsNoOtherComparison() {
        for (long number = 1; number <= 20; number++) {
            commit(PEER, number);
        }
        before = message ->
                message instanceof IrMessage.SkipTo skip && skip.source().equals(PEER);
        doFirst = () -> {
            commit(PEER, 21);
            commit(PEER, 22);
        };

        begin();
        long wholeOnes = compared.stream().filter(RangesCompared::whole).count();
        tick();
        tick();

        hasAllOfThePeer(22);
        assertThat(compared.stream().filter(RangesCompared::whole).count()).isEqualTo(wholeOnes);
        // States that are compared have no decisions: those that are still in the log are taken from there.
        assertThat(store(PEER).logStart()).isEqualTo(20);
        for (long number = 20; number <= 22; number++) {
            assertThat(self().record(id(number)))
                    .as("record of %d", number)
                    .isEqualTo(store(PEER).record(id(number)))
                    .isNotNull();
        }
    }

    /** The version is there, the decision is not: the hold stays, and whoever has read less is refused. */
    @Test
    void aTransactionWhoseVersionHasComeGoesOnHolding() {
        assertThat(ask(SELF, new IrMessage.Propose(id(1), writing(key(1)))))
                .containsExactly(new IrMessage.Voted(id(1), new Vote.Ok(id(1))));
        for (long number = 1; number <= 20; number++) {
            commit(PEER, number);
        }

        begin();
        tick();

        assertThat(self().newest(key(1)).timestamp()).isEqualTo(id(1));
        PrepareBody readsLess = new PrepareBody(
                List.of(SHARD), new AccessSet(List.of(new Read(key(1), Timestamp.ZERO, false)), List.of()));
        PrepareBody readsAll =
                new PrepareBody(List.of(SHARD), new AccessSet(List.of(new Read(key(1), id(1), false)), List.of()));
        assertThat(vote(100, readsLess))
                .isInstanceOfSatisfying(
                        Vote.No.class, no -> assertThat(no.refusal()).isInstanceOf(TxnRefusal.StaleRead.class));
        assertThat(vote(101, readsAll)).isEqualTo(new Vote.No(new TxnRefusal.Conflict(id(1))));

        commit(SELF, 1);

        assertThat(vote(102, readsAll)).isInstanceOf(Vote.Ok.class);
    }

    private static final Key ALLOTMENT = AllotmentKey.of(KeyLayout.key("shop", "stock", List.of("apple")), id(1));

    private List<IrMessage> change(ReplicaId where, long number, RelaxedState change) {
        return ask(where, new IrMessage.Execute(new OpId(CLIENT, number), new RelaxedUpdate(ALLOTMENT, change)));
    }

    /** By the log, or, where it is gone, by comparing. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void aFenceIsPulledWithWhatWasSpentAndHolds(int later) {
        change(SELF, 1, Spending.of(1, 3));
        change(PEER, 2, Spending.of(2, 5));
        change(PEER, 3, Spending.FENCE);
        for (long number = 1; number <= later; number++) {
            commit(PEER, number);
        }

        begin();
        tick();

        assertThat(self().relaxed(ALLOTMENT)).isEqualTo(new Spending(2, 5, true));
        assertThat(change(SELF, 4, Spending.of(3, 6)))
                .containsExactly(new IrMessage.ExecuteRefused(new OpId(CLIENT, 4), "the allotment is fenced"));
    }

    private Vote vote(long number, PrepareBody body) {
        return ((IrMessage.Voted)
                        ask(SELF, new IrMessage.Propose(id(number), body)).get(0))
                .vote();
    }
}
