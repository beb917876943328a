package dev.danta.txn.participant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.StateView;
import dev.danta.ir.replica.Application.Execution;
import dev.danta.ir.replica.MemoryRecords;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.KeyStates;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import dev.danta.txn.key.KeyLayout;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** protocol.md 8: what a replica takes of what is spent of an allotment, and when it refuses it. */
final class Section8SpendTest {
    private static final ClientId OWNER = new ClientId(0, 3);
    private static final Timestamp ID = new Timestamp(100, OWNER);
    private static final Timestamp LATER = new Timestamp(120, OWNER);
    private static final Key COUNTER = KeyLayout.key("shop", "stock", List.of("apple"));
    private static final Key KEY = AllotmentKey.of(COUNTER, ID);
    private static final OpId OP = new OpId(OWNER, 1);
    private static final CounterBounds TEN = new CounterBounds(10, 0);
    private static final Moment NOW = new Moment(0, 0);
    private static final Execution.Refused FENCED = new Execution.Refused("the allotment is fenced");
    private static final Execution.Refused CLOSED = new Execution.Refused("the allotment is closed");

    private final TreeMap<Key, Version> versions = new TreeMap<>();
    private final Map<Key, RelaxedState> relaxed = new TreeMap<>();
    private Timestamp deletedBelow = Timestamp.ZERO;
    private final Participant participant =
            new Participant(new Store(), new MapRelaxed(relaxed), new MemoryRecords(1), new Participant.Settings(0));

    /** The versions of the test, forgotten up to where it says. */
    private final class Store implements VersionedStore {
        private final MapStore kept = new MapStore(versions);

        @Override
        public Version newest(Key key) {
            return kept.newest(key);
        }

        @Override
        public Version newest(Key key, Timestamp upTo) {
            return kept.newest(key, upTo);
        }

        @Override
        public Timestamp deletedBelow() {
            return deletedBelow;
        }

        @Override
        public void scan(KeyRange range, Visitor visitor) {
            kept.scan(range, visitor);
        }

        @Override
        public void scanBack(KeyRange range, Visitor visitor) {
            kept.scanBack(range, visitor);
        }
    }

    private Execution execute(RelaxedState change) {
        return participant.execute(OP, new RelaxedUpdate(KEY, change), NOW);
    }

    private Execution absorb(RelaxedState change) {
        return participant.absorb(OP, new RelaxedUpdate(KEY, change), List.of());
    }

    private static Execution.Done having(Spending state) {
        return new Execution.Done(List.of(new Effect.Persist(new PutRelaxed(KEY, state))));
    }

    private static CounterRecord open() {
        return CounterRecord.initial(TEN).taking(new Allotment(OWNER, 4, false, 0));
    }

    private void write(Timestamp at, CounterRecord record) {
        versions.put(COUNTER, new Version(at, record.encode()));
    }

    private static CounterRecord read(Version version) {
        CounterRecord record = CounterRecord.of(version, TEN);
        assertThat(record).isNotNull();
        return record;
    }

    @Test
    void aSpendIsTakenAndTheGreatestKept() {
        assertThat(execute(Spending.of(1, 2))).isEqualTo(having(Spending.of(1, 2)));
        relaxed.put(KEY, Spending.of(1, 2));
        assertThat(execute(Spending.of(3, 7))).isEqualTo(having(Spending.of(3, 7)));
        relaxed.put(KEY, Spending.of(3, 7));
        assertThat(execute(Spending.of(2, 5))).isEqualTo(new Execution.Done(List.of()));
    }

    /** A replica that lags does not know of the allotment yet, and takes what is spent of it all the same. */
    @Test
    void aSpendOfAnAllotmentThatIsNotKnownHereYetIsTaken() {
        write(new Timestamp(50, OWNER), CounterRecord.initial(TEN));
        deletedBelow = new Timestamp(99, OWNER);
        assertThat(execute(Spending.of(1, 2))).isEqualTo(having(Spending.of(1, 2)));
    }

    @Test
    void aFenceIsTakenBesideWhatWasSpent() {
        assertThat(execute(Spending.FENCE)).isEqualTo(having(Spending.FENCE));
        relaxed.put(KEY, Spending.of(2, 5));
        assertThat(execute(Spending.FENCE)).isEqualTo(having(new Spending(2, 5, true)));
    }

    @Test
    void whereItIsFencedEverySpendIsRefused() {
        relaxed.put(KEY, new Spending(2, 5, true));
        assertThat(execute(Spending.of(3, 6))).isEqualTo(FENCED);
        // Also one that was accepted here before the fence: REFUSED says nothing of it.
        assertThat(execute(Spending.of(2, 5))).isEqualTo(FENCED);
        assertThat(execute(Spending.FENCE)).isEqualTo(new Execution.Done(List.of()));
    }

    /** Whoever reads what the fences have writes back what fewer than q had: that is no spend, and nobody counts it as one. */
    @Test
    void whatWasSpentComesWithAFenceEvenWhereItIsFenced() {
        relaxed.put(KEY, Spending.FENCE);
        assertThat(execute(new Spending(2, 5, true))).isEqualTo(having(new Spending(2, 5, true)));
    }

    @Test
    void whatComesFromPeersIsJoinedAndNeverRefused() {
        relaxed.put(KEY, Spending.FENCE);
        assertThat(absorb(Spending.of(2, 5))).isEqualTo(having(new Spending(2, 5, true)));
        KeyStates part = new KeyStates(List.of(new KeyStates.KeyState(KEY, Version.NEVER_THERE, Spending.of(2, 5))));
        assertThat(participant.join(part, Timestamp.ZERO))
                .containsExactly(new Effect.Persist(new PutRelaxed(KEY, new Spending(2, 5, true))));
        relaxed.put(KEY, Spending.of(2, 5));
        KeyStates fence = new KeyStates(List.of(new KeyStates.KeyState(KEY, Version.NEVER_THERE, Spending.FENCE)));
        assertThat(participant.join(fence, Timestamp.ZERO))
                .containsExactly(new Effect.Persist(new PutRelaxed(KEY, new Spending(2, 5, true))));
        assertThat(absorb(Spending.FENCE)).isEqualTo(having(new Spending(2, 5, true)));
    }

    @Test
    void atOrBelowDeletedOnlyWhatIsOpenHereIsTaken() {
        deletedBelow = ID;
        assertThat(execute(Spending.of(1, 2))).isEqualTo(CLOSED);
        write(ID, open());
        assertThat(execute(Spending.of(1, 2))).isEqualTo(having(Spending.of(1, 2)));
        CounterRecord closed = read(new Version(ID, open().encode())).closing(ID, 1);
        write(LATER, closed);
        assertThat(execute(Spending.of(1, 2))).isEqualTo(CLOSED);
    }

    /** Its owner may have closed it without a fence, not know of it, and be tempted to spend again. */
    @Test
    void whatTheNewestRecordHereHasClosedIsOverWhateverIsDeleted() {
        write(ID, open());
        assertThat(execute(Spending.of(1, 2))).isEqualTo(having(Spending.of(1, 2)));
        write(LATER, read(new Version(ID, open().encode())).closing(ID, 1));
        assertThat(execute(Spending.of(1, 2))).isEqualTo(CLOSED);
    }

    @Test
    void whatIsNoRecordHasNothingOpen() {
        deletedBelow = ID;
        versions.put(COUNTER, new Version(LATER, Bytes.utf8("no record")));
        assertThat(execute(Spending.of(1, 2))).isEqualTo(CLOSED);
    }

    @Test
    void onlyOfAllotmentsCanBeSpent() {
        for (Key key : List.of(COUNTER, new Key(Bytes.utf8("x")), KeyLayout.key("shop", "stock#", List.of("apple")))) {
            RelaxedUpdate update = new RelaxedUpdate(key, Spending.of(1, 2));
            assertThat(participant.execute(OP, update, NOW)).isInstanceOf(Execution.Refused.class);
            assertThat(participant.execute(OP, new RelaxedUpdate(key, Spending.FENCE), NOW))
                    .isInstanceOf(Execution.Refused.class);
            assertThat(participant.absorb(OP, update, List.of())).isInstanceOf(Execution.Refused.class);
            KeyStates part =
                    new KeyStates(List.of(new KeyStates.KeyState(key, Version.NEVER_THERE, Spending.of(1, 2))));
            assertThat(participant.join(part, Timestamp.ZERO)).isEmpty();
        }
    }

    @Test
    void atAnAllotmentNothingElseIsKept() {
        RelaxedState gain = Counter.of(OWNER, new Counter.Total(1, 5));
        RelaxedState register = new LwwRegister(Timestamp.ZERO, Bytes.utf8("v"));
        for (RelaxedState other : List.of(gain, register)) {
            assertThat(execute(other))
                    .isEqualTo(
                            new Execution.Refused("the key is that of an allotment, which has no " + other.typeName()));
            assertThat(absorb(other)).isInstanceOf(Execution.Refused.class);
            KeyStates part = new KeyStates(List.of(new KeyStates.KeyState(KEY, Version.NEVER_THERE, other)));
            assertThat(participant.join(part, Timestamp.ZERO)).isEmpty();
        }
    }

    /** Whether a key's counter is bounded no replica knows; a sum that goes down makes no room, for it is not folded. */
    @Test
    void aGainAtTheCountersKeyIsACountersLikeAnyOther() {
        write(ID, open());
        relaxed.put(COUNTER, Counter.of(OWNER, new Counter.Total(1, 5)));
        Counter less = Counter.of(OWNER, new Counter.Total(2, 3));
        assertThat(participant.execute(OP, new RelaxedUpdate(COUNTER, less), NOW))
                .isEqualTo(new Execution.Done(List.of(new Effect.Persist(new PutRelaxed(COUNTER, less)))));
    }

    private static CounterRecord closedWithOne() {
        return read(new Version(ID, open().encode())).closing(ID, 1);
    }

    private List<Effect> forget(CounterRecord written) {
        return participant.forget(
                new PrepareBody(
                        List.of(new ShardId(0)),
                        new AccessSet(List.of(), List.of(new Write(COUNTER, written.encode())))),
                deletedBelow);
    }

    /** Whoever might ask how much it was finds that in the record; whoever would fence it comes too late. */
    @Test
    void whatWasSpentIsDroppedWithTheTransactionThatClosedItsAllotment() {
        relaxed.put(KEY, new Spending(2, 1, true));
        write(LATER, closedWithOne());
        deletedBelow = LATER;
        assertThat(forget(open())).containsExactly(new Effect.Persist(new PruneVersions(COUNTER, LATER)));
        assertThat(forget(closedWithOne()))
                .containsExactly(
                        new Effect.Persist(new PruneVersions(COUNTER, LATER)),
                        new Effect.Persist(new DropRelaxed(KEY)));
        relaxed.clear();
        assertThat(forget(closedWithOne())).hasSize(1);
    }

    @Test
    void whatWasSpentIsKeptUntilItsAllotmentIsClosedAndBelowWhatIsDeleted() {
        relaxed.put(KEY, new Spending(2, 1, true));
        write(LATER, closedWithOne());
        deletedBelow = new Timestamp(99, OWNER);
        assertThat(forget(closedWithOne())).hasSize(1);
        write(LATER, read(new Version(ID, open().encode())));
        deletedBelow = LATER;
        assertThat(forget(closedWithOne())).as("by a mistake").hasSize(1);
    }

    @Test
    void whatIsForgottenDoesNotComeBackAndShowsAsFenced() {
        KeyStates part =
                new KeyStates(List.of(new KeyStates.KeyState(KEY, Version.NEVER_THERE, new Spending(2, 1, true))));
        write(LATER, closedWithOne());
        deletedBelow = LATER;
        assertThat(execute(Spending.of(2, 1))).isEqualTo(CLOSED);
        assertThat(execute(Spending.FENCE)).isEqualTo(new Execution.Done(List.of()));
        assertThat(absorb(Spending.of(2, 1))).isEqualTo(new Execution.Done(List.of()));
        assertThat(participant.join(part, Timestamp.ZERO)).isEmpty();
        assertThat(participant.answer(new ReadQuery.Relaxed(KEY), NOW))
                .isEqualTo(new ReadAnswer.Relaxed(Spending.FENCE, 0));
    }

    /** Its owner has closed it without a fence: whoever comes to fence it later is told that nothing is accepted any more. */
    @Test
    void whatIsForgottenAndStillThereShowsAsFenced() {
        relaxed.put(KEY, Spending.of(2, 1));
        write(LATER, closedWithOne());
        deletedBelow = LATER;
        assertThat(participant.answer(new ReadQuery.Relaxed(KEY), NOW))
                .isEqualTo(new ReadAnswer.Relaxed(new Spending(2, 1, true), 0));
    }

    /** What a replica does not know yet is not forgotten: what was spent of it counts, and its fences do. */
    @Test
    void anAllotmentThatIsNotKnownHereYetIsNotForgotten() {
        write(new Timestamp(50, OWNER), CounterRecord.initial(TEN));
        deletedBelow = LATER;
        assertThat(execute(Spending.FENCE)).isEqualTo(having(Spending.FENCE));
        assertThat(absorb(Spending.of(2, 1))).isEqualTo(having(Spending.of(2, 1)));
        assertThat(participant.answer(new ReadQuery.Relaxed(KEY), NOW)).isEqualTo(new ReadAnswer.Relaxed(null, 0));
    }

    /** One of two has dropped it: by how far either has forgotten, neither has it. */
    @Test
    void replicasOfWhichOneHasDroppedWhatWasSpentAreEqual() {
        write(LATER, closedWithOne());
        StateView view = new StateView(OP, null, LATER);
        List<RangeHash> without = participant.summarize(view, Bytes.EMPTY, Bytes.EMPTY, 1, 8);
        relaxed.put(KEY, new Spending(2, 1, true));
        assertThat(participant.summarize(view, Bytes.EMPTY, Bytes.EMPTY, 1, 8)).isEqualTo(without);
        StateView earlier = new StateView(OP, null, new Timestamp(99, OWNER));
        assertThat(participant.summarize(earlier, Bytes.EMPTY, Bytes.EMPTY, 1, 8))
                .hasSize(without.size() + 1);
    }

    @Test
    void whatWasSpentIsReadLikeAnyRelaxedValue() {
        relaxed.put(KEY, new Spending(2, 5, true));
        assertThat(participant.answer(new ReadQuery.Relaxed(KEY), NOW))
                .isEqualTo(new ReadAnswer.Relaxed(new Spending(2, 5, true), 0));
    }
}
