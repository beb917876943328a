package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.txn.KeyChange;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client makes of a replica's log (protocol.md 7). */
final class FeedsTest {
    private static final ShardId SHARD = new ShardId(0);
    private static final ReplicaId SECOND = new ReplicaId(2);
    private static final KeyRange ALL =
            new KeyRange(new Key(Bytes.wrap(new byte[1])), new Key(Bytes.wrap(new byte[] {-1})));
    private static final LogIncarnation LOG = new LogIncarnation(1, Epoch.FIRST);

    private final Bench bench = new Bench(3, 1).connected(1, 2, 3);
    private final KeyChange change =
            new KeyChange.Written(bench.keyOn(0), new Version(new Timestamp(9, Bench.SELF), Bytes.utf8("v")), false);

    private static LogCursor at(long number) {
        return new LogCursor(SECOND, new LogPosition(LOG, number));
    }

    private void follow(long number) {
        bench.call(new ClientCall.Follow(SHARD, at(number), ALL, 10));
    }

    private void answer(int replica, ReadAnswer answer) {
        bench.reply(0, replica, new IrMessage.Answered(bench.asked(0).id(), answer));
    }

    private ReadAnswer page(long upTo, long end, KeyChange... changes) {
        return new ReadAnswer.Feed(at(upTo).position(), List.of(changes), end);
    }

    private CallOutcome outcome() {
        assertThat(bench.answers()).hasSize(1);
        return bench.answers().get(0).outcome();
    }

    @Test
    void itIsTheReplicaOfTheCursorThatIsAsked() {
        follow(3);

        List<Effect.Send> sent = bench.handle(new TxnClient.Input.Connected(SECOND)).stream()
                .filter(Effect.Send.class::isInstance)
                .map(Effect.Send.class::cast)
                .filter(send -> send.envelope().message() instanceof IrMessage.Ask)
                .toList();
        assertThat(sent).extracting(send -> send.to().toString()).containsExactly("r2");
        answer(2, page(5, 6, change));

        assertThat(outcome()).isEqualTo(new CallOutcome.Followed(at(5), List.of(change), true));
    }

    /** Numbers of two logs have nothing to do with each other: a cursor from before a wipe names other changes. */
    @Test
    void whatGoesOnInAnotherLogIsNoAnswer() {
        follow(3);
        LogIncarnation afterAWipe = new LogIncarnation(2, Epoch.FIRST);

        answer(2, new ReadAnswer.Feed(new LogPosition(afterAWipe, 5), List.of(change), 5));

        assertThat(outcome())
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.REFUSED));
    }

    @Test
    void withoutACursorAnyReplicaSaysWhereItsLogEnds() {
        bench.call(new ClientCall.Follow(SHARD, null, ALL, 10));
        ReadQuery.Feed asked = (ReadQuery.Feed) bench.asked(0).query();
        assertThat(asked.after()).isNull();
        int first = 1;
        while (bench.answers().isEmpty() && first <= 3) {
            answer(first++, page(7, 7));
        }

        assertThat(outcome())
                .isInstanceOfSatisfying(
                        CallOutcome.Followed.class,
                        followed -> assertThat(followed.upTo().position()).isEqualTo(at(7).position()));
    }

    @Test
    void whereNothingIsNewItIsAskedAgainLaterUntilTheDeadline() {
        follow(3);
        OpId first = bench.asked(0).id();
        answer(2, page(3, 3));
        assertThat(bench.answers()).isEmpty();
        assertThat(bench.asked(0).id()).isEqualTo(first);

        bench.fire(bench.armed(Feeds.AskAgain.class).get(0));
        assertThat(bench.asked(0).id()).isNotEqualTo(first);
        answer(2, page(3, 3));
        bench.fire(bench.armed(Turn.Deadline.class).get(0));

        assertThat(outcome()).isEqualTo(new CallOutcome.Followed(at(3), List.of(), false));
    }

    @Test
    void aReplicaThatHasFallenSilentHasNotSaidThatNothingIsNew() {
        follow(3);
        answer(2, page(3, 3));
        bench.fire(bench.armed(Feeds.AskAgain.class).get(0));
        bench.fire(bench.armed(Feeds.AskAgain.class).get(0));
        bench.fire(bench.armed(Turn.Deadline.class).get(0));

        assertThat(outcome()).isInstanceOfSatisfying(CallOutcome.Failed.class, failed -> {
            assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.DEADLINE);
            assertThat(failed.causes()).containsOnlyKeys(SECOND);
        });
    }

    @Test
    void whatWasNotOfOthersKeysMovesTheCursor() {
        follow(3);
        answer(2, page(4, 9));

        assertThat(outcome()).isEqualTo(new CallOutcome.Followed(at(4), List.of(), true));
    }

    @Test
    void whatWasOfOthersKeysIsNotAskedForAgain() {
        follow(3);
        answer(2, page(7, 7));
        assertThat(bench.answers()).isEmpty();

        bench.fire(bench.armed(Feeds.AskAgain.class).get(0));
        assertThat(((ReadQuery.Feed) bench.asked(0).query()).after()).isEqualTo(at(7).position());
        answer(2, page(7, 7));
        bench.fire(bench.armed(Turn.Deadline.class).get(0));
        assertThat(outcome()).isEqualTo(new CallOutcome.Followed(at(7), List.of(), false));
    }

    @Test
    void anAnswerThatWasHeldBackEndsTheCall() {
        follow(3);
        bench.pass(Bench.SECOND);
        answer(2, page(7, 7));

        assertThat(outcome()).isEqualTo(new CallOutcome.Followed(at(7), List.of(), false));
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(1);
    }

    @Test
    void anAnswerIsNotHeldBackLongerThanHalfOfTheTimeThatIsLeft() {
        bench.call(new ClientCall.Follow(SHARD, at(3), ALL, 10), Bench.SECOND);

        assertThat(((ReadQuery.Feed) bench.asked(0).query()).holdMillis()).isEqualTo(500);
        bench.pass(Bench.SECOND / 2);
        bench.fire(bench.armed(Feeds.AskAgain.class).get(0));
        assertThat(((ReadQuery.Feed) bench.asked(0).query()).holdMillis()).isEqualTo(250);
    }

    @Test
    void aGapIsToldAndSoIsAReplicaThatIsNoMemberAnyMore() {
        follow(3);
        answer(2, new ReadAnswer.FeedGap(at(9).position()));
        assertThat(outcome()).isInstanceOf(CallOutcome.FeedGap.class);

        follow(3);
        Membership without =
                new Membership(SHARD, new Epoch(2), List.of(new ReplicaId(1), new ReplicaId(3), new ReplicaId(4)));
        bench.handle(new TxnClient.Input.Described(List.of(without), List.of()));

        assertThat(bench.answers()).hasSize(2);
        assertThat(bench.answers().get(1).outcome())
                .isInstanceOfSatisfying(
                        CallOutcome.FeedGap.class,
                        gap -> assertThat(gap.cause()).contains("r2", "no member"));
    }

    @Test
    void inANewEpochTheReplicaIsAskedAnew() {
        follow(3);
        OpId first = bench.asked(0).id();
        bench.handle(new TxnClient.Input.Described(
                List.of(new Membership(SHARD, new Epoch(2), List.of(SECOND))), List.of()));

        assertThat(bench.asked(0).id()).isNotEqualTo(first);
        bench.reply(
                0,
                2,
                new Epoch(2),
                new IrMessage.Answered(bench.asked(0).id(), new ReadAnswer.FeedGap(at(1).position())));
        assertThat(outcome()).isInstanceOf(CallOutcome.FeedGap.class);
    }

    @Test
    void anAnswerThatGoesBackOrIsOfOtherKeysIsRefused() {
        follow(3);
        answer(2, page(2, 9));

        assertThat(outcome()).isInstanceOf(CallOutcome.Failed.class);
    }
}
