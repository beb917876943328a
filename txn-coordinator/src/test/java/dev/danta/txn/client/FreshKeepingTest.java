package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.relaxed.LwwRegister;
import dev.danta.txn.KeyChange;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What feeds vouch for of what a client remembers (ADR 35). Three replicas, one shard; two of them are followed. */
final class FreshKeepingTest {
    private static final KeyRange THINGS = KeyLayout.prefix("space", "things", List.of());
    private static final Key X = Bench.key("x");
    private static final long SECOND = Bench.SECOND;
    private static final ClientId OTHER = new ClientId(0, 9);
    private static final LogIncarnation LOG = new LogIncarnation(1, Epoch.FIRST);
    private static final LwwRegister ONE = register(1);
    private static final LwwRegister TWO = register(2);

    private final Bench bench = new Bench(3, 1).connected(1, 2, 3);
    /** The two that are followed. */
    private int first;

    private int second;

    private static LwwRegister register(long time) {
        return new LwwRegister(new Timestamp(time, OTHER), Bytes.utf8("v" + time));
    }

    private static Version version(long time) {
        return new Version(new Timestamp(time, OTHER), Bytes.utf8("v" + time));
    }

    private long keep(boolean strict) {
        return bench.call(new ClientCall.KeepFresh(THINGS, strict, SECOND));
    }

    /** The feeds of a relaxed collection, begun where the logs are empty. */
    private void begin() {
        keep(false);
        choose();
        page(first, 0, 0);
        page(second, 0, 0);
    }

    /** Which replicas are asked first, a client decides by its id. */
    private void choose() {
        List<Integer> asked = new ArrayList<>();
        for (int replica = 1; replica <= 3; replica++) {
            if (isFollowed(replica)) {
                asked.add(replica);
            }
        }
        assertThat(asked).hasSize(2);
        first = asked.get(0);
        second = asked.get(1);
    }

    private boolean isFollowed(int replica) {
        try {
            bench.asked(replica, ReadQuery.Feed.class);
            return true;
        } catch (java.util.NoSuchElementException never) {
            return false;
        }
    }

    private void answer(int replica, Class<? extends ReadQuery> kind, ReadAnswer answer) {
        bench.reply(
                0, replica, new IrMessage.Answered(bench.asked(replica, kind).id(), answer));
    }

    private void page(int replica, long upTo, long end, KeyChange... changes) {
        ReadAnswer page = new ReadAnswer.Feed(new LogPosition(LOG, upTo), List.of(changes), end);
        answer(replica, ReadQuery.Feed.class, page);
    }

    private List<Effect> gap(int replica) {
        ReadAnswer gap = new ReadAnswer.FeedGap(new LogPosition(LOG, 7));
        IrMessage.Ask question = bench.asked(replica, ReadQuery.Feed.class);
        return bench.reply(0, replica, new IrMessage.Answered(question.id(), gap));
    }

    /** The time between two questions has passed. */
    private void ask(int... replicas) {
        for (int replica : replicas) {
            List<FreshKeeping.AskAgain> timers = bench.armed(FreshKeeping.AskAgain.class).stream()
                    .filter(timer -> timer.of().equals(new ReplicaId(replica)))
                    .toList();
            bench.fire(timers.get(timers.size() - 1));
        }
    }

    private void read() {
        bench.call(new ClientCall.ReadRelaxed(X, ClientCall.Level.QUORUM, null, SECOND));
    }

    private void answered(int replica, @Nullable LwwRegister state) {
        answer(replica, ReadQuery.Relaxed.class, new ReadAnswer.Relaxed(state, 0));
    }

    private CallOutcome last() {
        List<Finished> answers = bench.answers();
        return answers.get(answers.size() - 1).outcome();
    }

    /** Asked for, and answered by both that are followed, longer ago than it may be. */
    private void readLongAgo() {
        read();
        answered(first, ONE);
        answered(second, ONE);
        assertThat(last()).isEqualTo(new CallOutcome.Relaxed(ONE, false));
        bench.pass(3 * SECOND);
        ask(first, second);
    }

    private void isVouchedFor(LwwRegister state) {
        read();
        assertThat(last()).isEqualTo(new CallOutcome.Relaxed(state, true, true));
    }

    private void isAskedFor() {
        int before = bench.answers().size();
        read();
        assertThat(bench.answers()).hasSize(before);
    }

    @Test
    void whatAllThatAreFollowedHaveAnsweredIsGivenAgainWhenAllHaveToldTheRest() {
        begin();
        readLongAgo();
        page(first, 0, 0);
        isAskedFor();
        page(second, 0, 0);
        isVouchedFor(ONE);
    }

    /** It counts from the question: what has come to the replica after that may not be in the answer. */
    @Test
    void whatTheyHaveToldGetsOldToo() {
        begin();
        readLongAgo();
        bench.pass(2 * SECOND);
        page(first, 0, 0);
        page(second, 0, 0);
        isAskedFor();
    }

    @Test
    void whatOneHasToldIsShownOnceAllHave() {
        begin();
        readLongAgo();
        page(first, 1, 1, new KeyChange.Joined(X, TWO));
        page(second, 0, 0);
        isAskedFor();
        ask(second);
        page(second, 1, 1, new KeyChange.Joined(X, TWO));
        isVouchedFor(TWO);
    }

    /** A quorum has taken it, so it does not matter that one of them has not told it yet. */
    @Test
    void whatAQuorumHasAcknowledgedToThisClientIsShownAtOnce() {
        begin();
        readLongAgo();
        long put = bench.call(new ClientCall.PutRegister(X, Bytes.utf8("mine")));
        IrMessage.Execute execute = bench.sent(IrMessage.Execute.class).get(0);
        bench.reply(0, 1, new IrMessage.Executed(execute.id()));
        bench.reply(0, 2, new IrMessage.Executed(execute.id()));
        Finished updated = bench.answers().get(bench.answers().size() - 1);
        assertThat(updated.call()).isEqualTo(put);
        LwwRegister mine = (LwwRegister) ((CallOutcome.Updated) updated.outcome()).change();
        page(first, 1, 1, new KeyChange.Joined(X, mine));
        page(second, 0, 0);
        isVouchedFor(mine);
    }

    @Test
    void whatWasAskedForBeforeAllHadBegunIsNotVouchedFor() {
        keep(false);
        choose();
        page(first, 0, 0);
        read();
        page(second, 0, 0);
        answered(first, ONE);
        answered(second, ONE);
        bench.pass(3 * SECOND);
        ask(first, second);
        page(first, 0, 0);
        page(second, 0, 0);
        isAskedFor();
    }

    @Test
    void whatAnotherOneHasAnsweredIsNotVouchedFor() {
        begin();
        read();
        bench.fire(bench.armed(Reads.AskAgain.class).get(0));
        answered(first, ONE);
        answered(6 - first - second, ONE);
        assertThat(last()).isEqualTo(new CallOutcome.Relaxed(ONE, false));
        bench.pass(3 * SECOND);
        ask(first, second);
        page(first, 0, 0);
        page(second, 0, 0);
        isAskedFor();
    }

    @Test
    void aPageThatIsNotAllThereIsVouchesForNothing() {
        begin();
        readLongAgo();
        page(first, 1, 2);
        page(second, 0, 0);
        isAskedFor();
        page(first, 2, 2, new KeyChange.Joined(X, TWO));
        ask(second);
        page(second, 2, 2, new KeyChange.Joined(X, TWO));
        isVouchedFor(TWO);
    }

    @Test
    void whatIsToldWhileAReadIsOnItsWayIsNotLost() {
        begin();
        read();
        page(first, 1, 1, new KeyChange.Joined(X, TWO));
        page(second, 1, 1, new KeyChange.Joined(X, TWO));
        answered(first, ONE);
        answered(second, ONE);
        assertThat(last()).isEqualTo(new CallOutcome.Relaxed(TWO, false));
        bench.pass(3 * SECOND);
        ask(first, second);
        page(first, 1, 1);
        page(second, 1, 1);
        isVouchedFor(TWO);
    }

    @Test
    void afterAGapNothingIsVouchedForThatWasReadBefore() {
        begin();
        readLongAgo();
        page(second, 0, 0);
        gap(first);
        ask(first, second);
        page(first, 7, 7);
        page(second, 0, 0);
        page(first, 7, 7);
        page(second, 0, 0);
        isAskedFor();
        answered(first, TWO);
        answered(second, TWO);
        bench.pass(3 * SECOND);
        ask(first, second);
        page(first, 7, 7);
        page(second, 0, 0);
        isVouchedFor(TWO);
    }

    /** A log that keeps next to nothing has a gap for each question: it is not asked as fast as it answers. */
    @Test
    void afterAGapAllRestBeforeTheyAreAskedAnewAndVouchForNothingMeanwhile() {
        begin();
        readLongAgo();
        page(second, 0, 0);
        List<Effect> now = gap(first);
        assertThat(Bench.sent(now, IrMessage.Ask.class)).isEmpty();
        assertThat(now)
                .filteredOn(effect -> effect instanceof Effect.Arm arm && arm.timer() instanceof FreshKeeping.AskAgain)
                .hasSize(2)
                .allSatisfy(
                        effect -> assertThat(((Effect.Arm) effect).afterNanos()).isEqualTo(SECOND / 20));
        isAskedFor();
        ask(first, second);
        for (int replica : List.of(first, second)) {
            assertThat(bench.asked(replica, ReadQuery.Feed.class).query())
                    .isInstanceOfSatisfying(
                            ReadQuery.Feed.class,
                            feed -> assertThat(feed.after()).isNull());
        }
    }

    @Test
    void withOtherMembersEverythingBeginsAnew() {
        begin();
        readLongAgo();
        page(first, 0, 0);
        page(second, 0, 0);
        Membership next = new Membership(
                new ShardId(0), new Epoch(2), List.of(new ReplicaId(first), new ReplicaId(second), new ReplicaId(4)));
        bench.handle(new TxnClient.Input.Described(List.of(next), List.of()));
        isAskedFor();
        assertThat(bench.asked(first, ReadQuery.Feed.class).query())
                .isInstanceOfSatisfying(
                        ReadQuery.Feed.class, feed -> assertThat(feed.after()).isNull());
    }

    @Test
    void inPlaceOfOneThatHasFallenSilentAnotherIsFollowed() {
        begin();
        int third = 6 - first - second;
        assertThat(isFollowed(third)).isFalse();
        page(second, 0, 0);
        ask(first);
        ask(first);
        assertThat(isFollowed(third)).isTrue();
    }

    @Test
    void aReplicaThatHasNothingNewIsLeftAloneOrHoldsItsAnswerBack() {
        begin();
        ReadQuery.Feed asked =
                (ReadQuery.Feed) bench.asked(first, ReadQuery.Feed.class).query();
        assertThat(asked.holdMillis()).isEqualTo(333);
        int questions = bench.sent(IrMessage.Ask.class).size();
        page(first, 0, 0);
        page(second, 0, 0);
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(questions);
    }

    @Test
    void lagIsTheAgeOfWhatWasToldLast() {
        long kept = keep(false);
        choose();
        page(first, 0, 0);
        page(second, 0, 0);
        bench.call(new ClientCall.ReadLag(kept));
        assertThat(last()).isEqualTo(new CallOutcome.Lag(null));
        page(first, 0, 0);
        bench.pass(SECOND);
        page(second, 0, 0);
        bench.call(new ClientCall.ReadLag(kept));
        assertThat(last()).isEqualTo(new CallOutcome.Lag(SECOND));
    }

    @Test
    void whenTheLastOneLetsGoNobodyIsAskedAnyMore() {
        long one = keep(false);
        long two = keep(false);
        choose();
        page(first, 0, 0);
        page(second, 0, 0);
        bench.call(new ClientCall.LetGo(one));
        page(first, 0, 0);
        page(second, 0, 0);
        int before = bench.sent(IrMessage.Ask.class).size();
        ask(first);
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(before + 1);
        bench.call(new ClientCall.LetGo(two));
        ask(first, second);
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(before + 1);
        bench.call(new ClientCall.ReadLag(two));
        assertThat(last()).isEqualTo(new CallOutcome.Lag(null));
    }

    @Test
    void otherKeysThatBeginAtTheSamePlaceAreRefused() {
        keep(false);
        keep(true);
        assertThat(last()).isInstanceOf(CallOutcome.Failed.class);
    }

    private void readVersion() {
        bench.call(new ClientCall.ReadVersions(List.of(X), true));
    }

    private int followedAlone() {
        for (int replica = 1; replica <= 3; replica++) {
            if (isFollowed(replica)) {
                return replica;
            }
        }
        throw new AssertionError("nobody is followed");
    }

    private void versionIsRead(int replica, Version version) {
        ReadAnswer answer = new ReadAnswer.Versions(List.of(new ReadAnswer.Entry(version, false)), 0, Timestamp.ZERO);
        answer(replica, ReadQuery.Versions.class, answer);
    }

    @Test
    void aVersionThatIsToldTakesThePlaceOfARememberedOne() {
        keep(true);
        int replica = followedAlone();
        page(replica, 0, 0);
        readVersion();
        versionIsRead(replica, version(5));
        page(replica, 2, 2, written(version(7), false), written(version(9), true), of(Bench.key("y")));
        readVersion();
        assertThat(last()).isEqualTo(new CallOutcome.Versions(List.of(version(7)), 1));
        int before = bench.answers().size();
        bench.call(new ClientCall.ReadVersions(List.of(Bench.key("y")), true));
        assertThat(bench.answers()).as("nobody has asked for it").hasSize(before);
    }

    private static KeyChange written(Version version, boolean overtaken) {
        return new KeyChange.Written(X, version, overtaken);
    }

    private static KeyChange of(Key key) {
        return new KeyChange.Written(key, version(3), false);
    }

    /** What was written in the gap nobody tells. */
    @Test
    void afterAGapRememberedVersionsAreAskedForAgain() {
        keep(true);
        int replica = followedAlone();
        page(replica, 0, 0);
        readVersion();
        versionIsRead(replica, version(5));
        gap(replica);
        ask(replica);
        page(replica, 7, 7);
        int before = bench.answers().size();
        readVersion();
        assertThat(bench.answers()).hasSize(before);
        versionIsRead(replica, version(4));
        assertThat(last()).as("a floor still").isEqualTo(new CallOutcome.Versions(List.of(version(5)), 0));
    }
}
