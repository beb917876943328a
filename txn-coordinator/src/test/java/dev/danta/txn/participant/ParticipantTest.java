package dev.danta.txn.participant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Answer;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.InconsistentOp;
import dev.danta.ir.message.Query;
import dev.danta.ir.message.Vote;
import dev.danta.ir.replica.Application.Execution;
import dev.danta.ir.replica.MemoryRecords;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.HashKey;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.TxnRefusal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A replica's side of transactions and relaxed operations: each upcall and exactly its effects. */
class ParticipantTest {
    private static final ShardId SHARD = new ShardId(1);
    private static final ClientId CLIENT = new ClientId(0, 3);
    private static final Timestamp ID = new Timestamp(100, CLIENT);
    private static final Timestamp LATER_ID = new Timestamp(110, CLIENT);
    private static final Key X = new Key(Bytes.utf8("x"));
    private static final Key Y = new Key(Bytes.utf8("y"));
    private static final Bytes VALUE = Bytes.utf8("v");
    private static final OpId OP = new OpId(CLIENT, 1);
    private static final long AHEAD_MICROS = 50;

    private final TreeMap<Key, Version> versions = new TreeMap<>();
    private final Map<Key, RelaxedState> relaxed = new TreeMap<>();
    private final Participant participant = new Participant(
            new MapStore(versions),
            new MapRelaxed(relaxed),
            new MemoryRecords(1),
            new Participant.Settings(AHEAD_MICROS));

    private record Strange() implements Body, InconsistentOp, Query {
        @Override
        public List<ShardId> participants() {
            return List.of(SHARD);
        }

        @Override
        public int sizeBytes() {
            return 0;
        }
    }

    private static Moment at(long wallMicros) {
        return new Moment(0, wallMicros);
    }

    private static PrepareBody body(List<Read> reads, List<Write> writes) {
        return new PrepareBody(List.of(SHARD), new AccessSet(reads, writes));
    }

    private static PrepareBody writing(Key key) {
        return body(List.of(), List.of(new Write(key, VALUE)));
    }

    private static Read absent(Key key) {
        return new Read(key, Timestamp.ZERO, false);
    }

    private static Effect put(Key key, Version version) {
        return new Effect.Persist(new PutVersion(key, version));
    }

    private static Effect holdChange(Timestamp holder, boolean begins, Key... keys) {
        return new Effect.Tell(new HoldChange(holder, List.of(keys), begins));
    }

    @Test
    void aTransactionWithoutObstaclesIsVotedOk() {
        versions.put(X, new Version(new Timestamp(104, CLIENT), VALUE));
        assertThat(participant.vote(SHARD, ID, writing(X))).isEqualTo(new Vote.Ok(new Timestamp(105, CLIENT)));
    }

    @Test
    void votingHoldsNothingByItself() {
        participant.vote(SHARD, ID, writing(X));
        assertThat(participant.holders()).isEmpty();
    }

    @Test
    void aStaleReadIsRefusedWithTheNewestVersionsAndValues() {
        Version newest = new Version(new Timestamp(50, CLIENT), VALUE);
        versions.put(X, newest);
        assertThat(participant.vote(SHARD, ID, body(List.of(absent(X)), List.of())))
                .isEqualTo(new Vote.No(new TxnRefusal.StaleRead(List.of(new Verdict.Newest(X, newest)))));
    }

    @Test
    void aConflictIsRefusedWithItsHolder() {
        participant.hold(ID, writing(X));
        assertThat(participant.vote(SHARD, LATER_ID, writing(X))).isEqualTo(new Vote.No(new TxnRefusal.Conflict(ID)));
    }

    @Test
    void whatIsNoTransactionOfThisShardIsRefusedAsMalformed() {
        Vote malformed = new Vote.No(new TxnRefusal.Malformed());
        assertThat(participant.vote(SHARD, ID, new Strange())).isEqualTo(malformed);
        assertThat(participant.vote(new ShardId(2), ID, writing(X))).isEqualTo(malformed);
    }

    @Test
    void aReadAtOrAboveTheTransactionsOwnIdIsMalformedNotAReasonToThrow() {
        Vote malformed = new Vote.No(new TxnRefusal.Malformed());
        Read future = new Read(X, new Timestamp(Long.MAX_VALUE, new ClientId(-1, -1)), false);
        assertThat(participant.vote(SHARD, ID, body(List.of(future), List.of())))
                .isEqualTo(malformed);
        assertThat(participant.vote(SHARD, ID, body(List.of(new Read(X, ID, false)), List.of())))
                .isEqualTo(malformed);
    }

    @Test
    void aHoldIsToldWithTheKeysWritten() {
        PrepareBody body = body(List.of(absent(X)), List.of(new Write(Y, VALUE)));
        assertThat(participant.hold(ID, body)).containsExactly(holdChange(ID, true, Y));
        assertThat(participant.holders()).containsExactly(ID);
    }

    @Test
    void aHoldOfAReaderIsKeptButNobodyNeedsToBeTold() {
        assertThat(participant.hold(ID, body(List.of(absent(X)), List.of()))).isEmpty();
        assertThat(participant.vote(SHARD, LATER_ID, writing(X))).isEqualTo(new Vote.No(new TxnRefusal.Conflict(ID)));
    }

    @Test
    void aCommitWritesEveryVersionAtItsTimestampAndEndsTheHold() {
        PrepareBody body = body(List.of(), List.of(new Write(X, VALUE), new Write(Y, null)));
        participant.hold(ID, body);
        Timestamp at = new Timestamp(120, CLIENT);
        assertThat(participant.decide(ID, new Decision.Commit(at), body))
                .containsExactly(
                        put(X, new Version(at, VALUE)), put(Y, new Version(at, null)), holdChange(ID, false, X, Y));
        assertThat(participant.holders()).isEmpty();
    }

    @Test
    void aCommitOfATransactionThatHoldsNothingHereIsAppliedAllTheSame() {
        Timestamp at = new Timestamp(120, CLIENT);
        assertThat(participant.decide(ID, new Decision.Commit(at), writing(X)))
                .containsExactly(put(X, new Version(at, VALUE)));
    }

    @Test
    void anAbortWritesNothingAndEndsTheHold() {
        participant.hold(ID, writing(X));
        assertThat(participant.decide(ID, new Decision.Abort(), writing(X))).containsExactly(holdChange(ID, false, X));
        assertThat(participant.vote(SHARD, LATER_ID, writing(X))).isInstanceOf(Vote.Ok.class);
    }

    @Test
    void aHoldThatEndsWithoutADecisionIsTold() {
        participant.hold(ID, writing(X));
        assertThat(participant.release(ID)).containsExactly(holdChange(ID, false, X));
        assertThat(participant.release(ID)).isEmpty();
    }

    @Test
    void strangeBodiesHoldAndDecideNothing() {
        assertThat(participant.hold(ID, new Strange())).isEmpty();
        assertThat(participant.decide(ID, new Decision.Abort(), new Strange())).isEmpty();
        assertThat(participant.holders()).isEmpty();
    }

    @Test
    void oneOfTwoTransactionsThatWouldSkewIsRefused() {
        PrepareBody takesX = body(List.of(absent(X), absent(Y)), List.of(new Write(X, VALUE)));
        PrepareBody takesY = body(List.of(absent(X), absent(Y)), List.of(new Write(Y, VALUE)));
        assertThat(participant.vote(SHARD, ID, takesX)).isInstanceOf(Vote.Ok.class);
        participant.hold(ID, takesX);
        assertThat(participant.vote(SHARD, LATER_ID, takesY)).isEqualTo(new Vote.No(new TxnRefusal.Conflict(ID)));
        Timestamp at = new Timestamp(100, CLIENT);
        participant.decide(ID, new Decision.Commit(at), takesX);
        versions.put(X, new Version(at, VALUE));
        assertThat(participant.vote(SHARD, LATER_ID, takesY))
                .isEqualTo(
                        new Vote.No(new TxnRefusal.StaleRead(List.of(new Verdict.Newest(X, new Version(at, VALUE))))));
    }

    @Test
    void theFirstChangeOfARelaxedKeyIsKept() {
        Counter change = Counter.of(CLIENT, new Counter.Total(1, 5));
        assertThat(participant.execute(OP, new RelaxedUpdate(X, change), at(0)))
                .isEqualTo(new Execution.Done(List.of(new Effect.Persist(new PutRelaxed(X, change)))));
    }

    @Test
    void aChangeIsJoinedWithWhatIsThere() {
        relaxed.put(X, Counter.of(CLIENT, new Counter.Total(1, 5)));
        Counter change = Counter.of(new ClientId(0, 4), new Counter.Total(1, 2));
        Execution execution = participant.execute(OP, new RelaxedUpdate(X, change), at(0));
        assertThat(execution)
                .isEqualTo(new Execution.Done(List.of(new Effect.Persist(new PutRelaxed(
                        X, Counter.of(CLIENT, new Counter.Total(1, 5)).join(change))))));
    }

    @Test
    void aChangeThatIsContainedAlreadyIsDoneWithoutWriting() {
        relaxed.put(X, Counter.of(CLIENT, new Counter.Total(2, 5)));
        Counter late = Counter.of(CLIENT, new Counter.Total(1, 3));
        assertThat(participant.execute(OP, new RelaxedUpdate(X, late), at(0))).isEqualTo(new Execution.Done(List.of()));
    }

    @Test
    void aChangeOfAnotherTypeIsRefusedAndNamesBoth() {
        relaxed.put(X, Counter.ZERO);
        LwwRegister change = new LwwRegister(new Timestamp(1, CLIENT), VALUE);
        assertThat(participant.execute(OP, new RelaxedUpdate(X, change), at(0)))
                .isEqualTo(new Execution.Refused("the key holds a counter, not a register"));
        assertThat(participant.execute(OP, new Strange(), at(0))).isInstanceOf(Execution.Refused.class);
    }

    /** Else it could not be sent as a whole any more; what others have taken comes all the same. */
    @Test
    void aChangeThatMakesAValueTooLargeIsRefusedUnlessItCameByALog() {
        Bytes half = Bytes.wrap(new byte[RelaxedState.SIZE_MAX / 2]);
        GrowSet before = GrowSet.of(List.of(half));
        relaxed.put(X, before);
        Bytes otherHalf = Bytes.wrap(new byte[RelaxedState.SIZE_MAX / 2 - 1]);
        RelaxedUpdate update = new RelaxedUpdate(X, GrowSet.of(List.of(otherHalf)));
        assertThat(participant.execute(OP, update, at(0)))
                .isEqualTo(new Execution.Refused("the grow-only set under the key takes " + before.sizeBytes()
                        + " bytes, and may not take more than " + RelaxedState.SIZE_MAX));
        GrowSet after = GrowSet.of(List.of(half, otherHalf));
        assertThat(participant.absorb(OP, update, List.of()))
                .isEqualTo(new Execution.Done(List.of(new Effect.Persist(new PutRelaxed(X, after)))));
        relaxed.put(X, after);
        assertThat(participant.execute(OP, update, at(0)))
                .as("it is there already")
                .isEqualTo(new Execution.Done(List.of()));
    }

    @Test
    void aStampFurtherAheadThanTheBoundIsNotTakenYet() {
        LwwRegister change = new LwwRegister(new Timestamp(200, CLIENT), VALUE);
        RelaxedUpdate update = new RelaxedUpdate(X, change);
        assertThat(participant.execute(OP, update, at(200 - AHEAD_MICROS - 1))).isEqualTo(new Execution.TooFarAhead());
        assertThat(participant.execute(OP, update, at(200 - AHEAD_MICROS))).isInstanceOf(Execution.Done.class);
    }

    @Test
    void theGreatestClockBoundTakesEveryStamp() {
        Participant generous = new Participant(
                new MapStore(versions),
                MapRelaxed.EMPTY,
                new MemoryRecords(1),
                new Participant.Settings(Long.MAX_VALUE));
        LwwRegister change = new LwwRegister(new Timestamp(Long.MAX_VALUE, CLIENT), VALUE);
        assertThat(generous.execute(OP, new RelaxedUpdate(X, change), at(5))).isInstanceOf(Execution.Done.class);
    }

    @Test
    void aRangeIsReadInPartsWithItsDeletionsAndHolds() {
        Version live = new Version(new Timestamp(50, CLIENT), VALUE);
        Version deleted = new Version(new Timestamp(60, CLIENT), null);
        versions.put(X, live);
        versions.put(Y, deleted);
        participant.hold(ID, writing(Y));
        KeyRange range = new KeyRange(X, new Key(Bytes.utf8("z")));

        assertThat(participant.answer(new ReadQuery.Range(range, 2), at(7)))
                .isEqualTo(new ReadAnswer.Range(
                        List.of(new ReadAnswer.RangeEntry(X, live, false), new ReadAnswer.RangeEntry(Y, deleted, true)),
                        false,
                        7,
                        Timestamp.ZERO));
        assertThat(participant.answer(new ReadQuery.Range(range, 1), at(7)))
                .isEqualTo(new ReadAnswer.Range(
                        List.of(new ReadAnswer.RangeEntry(X, live, false)), true, 7, Timestamp.ZERO));
    }

    @Test
    void aPartOfARangeIsFullWhenItsValuesAre() {
        Bytes half = Bytes.wrap(new byte[(int) StatePages.DEFAULTS.rangeBytesMax() / 2]);
        for (String name : List.of("k1", "k2", "k3")) {
            versions.put(new Key(Bytes.utf8(name)), new Version(new Timestamp(50, CLIENT), half));
        }
        KeyRange range = new KeyRange(new Key(Bytes.utf8("k")), new Key(Bytes.utf8("l")));
        ReadAnswer.Range answer = (ReadAnswer.Range) participant.answer(new ReadQuery.Range(range, 100), at(7));
        assertThat(answer.entries()).hasSize(2);
        assertThat(answer.more()).isTrue();
    }

    @Test
    void aReadTellsVersionsAndHoldsInTheOrderAsked() {
        Version x = new Version(new Timestamp(50, CLIENT), VALUE);
        versions.put(X, x);
        participant.hold(ID, writing(Y));
        Answer answer = participant.answer(new ReadQuery.Versions(List.of(Y, X)), at(7));
        assertThat(answer)
                .isEqualTo(new ReadAnswer.Versions(
                        List.of(new ReadAnswer.Entry(Version.NEVER_THERE, true), new ReadAnswer.Entry(x, false)),
                        7,
                        Timestamp.ZERO));
    }

    @Test
    void aHoldOfAReaderIsNotToldToReaders() {
        participant.hold(ID, body(List.of(absent(X)), List.of()));
        Answer answer = participant.answer(new ReadQuery.Versions(List.of(X)), at(7));
        assertThat(answer)
                .isEqualTo(new ReadAnswer.Versions(
                        List.of(new ReadAnswer.Entry(Version.NEVER_THERE, false)), 7, Timestamp.ZERO));
    }

    @Test
    void aRelaxedReadTellsTheValueOrThatThereIsNone() {
        assertThat(participant.answer(new ReadQuery.Relaxed(X), at(7))).isEqualTo(new ReadAnswer.Relaxed(null, 7));
        relaxed.put(X, Counter.ZERO);
        assertThat(participant.answer(new ReadQuery.Relaxed(X), at(7)))
                .isEqualTo(new ReadAnswer.Relaxed(Counter.ZERO, 7));
        assertThat(participant.answer(new Strange(), at(7))).isEqualTo(new ReadAnswer.Malformed());
    }

    @Test
    void valuesAreHashedUntilOthersShouldHaveTheirTurn() {
        HashKey hashKey = new HashKey(1, 2);
        Bytes large = Bytes.wrap(new byte[RelaxedState.SIZE_MAX]);
        LwwRegister register = new LwwRegister(new Timestamp(5, CLIENT), large);
        List<Key> keys = List.of("k1", "k2", "k3", "k4", "k5").stream()
                .map(name -> new Key(Bytes.utf8(name)))
                .toList();
        keys.subList(1, 5).forEach(key -> relaxed.put(key, register));
        long hash = hashKey.of(register);
        assertThat(participant.answer(new ReadQuery.Hashes(keys, hashKey), at(7)))
                .isEqualTo(new ReadAnswer.Hashes(List.of(hashKey.of(null), hash, hash, hash)));
        assertThat(hash).isNotEqualTo(hashKey.of(null)).isNotEqualTo(new HashKey(2, 1).of(register));
    }

    @Test
    void aBodyNamesItsParticipantsOnceAndInOrder() {
        PrepareBody body =
                new PrepareBody(List.of(new ShardId(2), SHARD, new ShardId(2)), new AccessSet(List.of(), List.of()));
        assertThat(body.participants()).containsExactly(SHARD, new ShardId(2));
        assertThatThrownBy(() -> new PrepareBody(List.of(), new AccessSet(List.of(), List.of())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Participant.Settings(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
