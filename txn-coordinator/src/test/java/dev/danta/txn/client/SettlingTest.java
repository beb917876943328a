package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.txn.coordinator.Outcome;
import dev.danta.txn.recovery.RecoverySettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client settles what it is asked about (protocol.md 6), through its own machine: two shards of three replicas each. */
final class SettlingTest {
    private static final Timestamp ID = new Timestamp(7, new ClientId(0, 9));
    private static final ShardId A = new ShardId(0);
    private static final ShardId B = new ShardId(1);
    private static final IrMessage.LookedUp NOTHING = new IrMessage.LookedUp(ID, List.of());

    private final Bench bench = new Bench(3, 2).connected(1, 2, 3);

    private static Bench boundedTo(int settlements) {
        ClientSettings usual = ClientSettings.DEFAULTS;
        RecoverySettings settling = usual.settling();
        RecoverySettings bounded = new RecoverySettings(
                settling.recoveryAfterNanos(), settling.sweepEveryNanos(), settling.againNanos(), settlements);
        return new Bench(
                        3,
                        2,
                        new ClientSettings(
                                usual.fastPathMinNanos(),
                                usual.fastPathMaxNanos(),
                                usual.resendMinNanos(),
                                usual.resendMaxNanos(),
                                usual.giveUpNanos(),
                                usual.quorumWaitNanos(),
                                usual.spreadWindow(),
                                usual.spreadBytesMax(),
                                usual.unknownsKept(),
                                bounded,
                                usual.knownVersionsMax(),
                                usual.knownVersionBytesMax(),
                                usual.counterLeaseNanos(),
                                usual.laxLeaseNanos()))
                .connected(1, 2, 3);
    }

    private long ask(ShardId... participants) {
        return bench.call(new ClientCall.AwaitOutcome(ID, List.of(participants)));
    }

    private List<CallOutcome> told() {
        return bench.answers().stream().map(Finished::outcome).toList();
    }

    private void fromAll(int shard, IrMessage.Reply reply) {
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(shard, replica, reply);
        }
    }

    private Ballot ballot() {
        List<IrMessage.Inquire> sent = bench.sent(IrMessage.Inquire.class);
        return sent.get(sent.size() - 1).ballot();
    }

    /** Nobody has voted: whatever was on its way is barred, and it is aborted. */
    private void promise(int shard) {
        fromAll(shard, new IrMessage.Promised(ID, ballot(), new Vote.No(Refusal.Barred.PROMISED), null, null));
    }

    private void accept(int shard) {
        fromAll(shard, new IrMessage.Accepted(ID, ballot()));
    }

    @Test
    void asking_looks_first_and_leaves_nothing_anywhere() {
        ask();
        assertThat(bench.sent(IrMessage.Lookup.class)).hasSize(6);
        assertThat(bench.sent(IrMessage.Inquire.class)).isEmpty();
    }

    @Test
    void what_a_replica_knows_is_told_at_once_and_brought_to_the_others() {
        ask();
        bench.reply(0, 1, new IrMessage.Decided(ID, new Decision.Abort(), null));
        assertThat(told()).containsExactly(new CallOutcome.Aborted(ID, CallOutcome.AbortReason.GAVE_UP, List.of()));
        assertThat(bench.sent(IrMessage.Inquire.class)).hasSize(3);
    }

    @Test
    void what_has_a_record_somewhere_is_settled_at_the_participants_that_it_names() {
        ask();
        bench.reply(1, 2, new IrMessage.LookedUp(ID, List.of(B)));
        assertThat(bench.sent(IrMessage.Inquire.class)).hasSize(3);
        promise(1);
        assertThat(bench.sent(IrMessage.Finalize.class))
                .isNotEmpty()
                .allMatch(finalize -> finalize.result() instanceof Result.Abort);
        assertThat(told()).isEmpty();
        accept(1);
        assertThat(told()).containsExactly(new CallOutcome.Aborted(ID, CallOutcome.AbortReason.GAVE_UP, List.of()));
    }

    /** It may be on its way to any shard. */
    @Test
    void what_nobody_knows_is_looked_for_again_where_no_participants_are_given() {
        ask();
        fromAll(0, NOTHING);
        fromAll(1, NOTHING);
        assertThat(bench.sent(IrMessage.Inquire.class)).isEmpty();
        bench.fire(new Settling.Again(ID));
        assertThat(bench.sent(IrMessage.Lookup.class)).hasSize(12);
        assertThat(told()).isEmpty();
    }

    @Test
    void what_nobody_knows_is_settled_where_participants_are_given() {
        ask(A);
        assertThat(bench.sent(IrMessage.Lookup.class)).hasSize(3);
        fromAll(0, NOTHING);
        assertThat(bench.sent(IrMessage.Inquire.class)).hasSize(3);
    }

    @Test
    void who_asks_later_and_knows_the_participants_helps_who_asked_first() {
        ask();
        ask(A);
        fromAll(0, NOTHING);
        fromAll(1, NOTHING);
        assertThat(bench.sent(IrMessage.Inquire.class)).hasSize(3);
        promise(0);
        accept(0);
        assertThat(told()).hasSize(2).allMatch(CallOutcome.Aborted.class::isInstance);
    }

    @Test
    void what_is_forgotten_stays_unknown() {
        ask();
        fromAll(0, new IrMessage.TooOld(ID, new Timestamp(9, new ClientId(0, 9))));
        fromAll(1, NOTHING);
        assertThat(told()).singleElement().isInstanceOf(CallOutcome.Unknown.class);
        assertThat(bench.sent(IrMessage.Inquire.class)).isEmpty();
    }

    @Test
    void when_nobody_waits_any_more_the_search_ends() {
        long call = ask();
        bench.fire(new Turn.Deadline(call));
        assertThat(told()).singleElement().isInstanceOf(CallOutcome.Unknown.class);
        int sent = bench.sent(IrMessage.Lookup.class).size();
        bench.fire(new Settling.Again(ID));
        bench.fire(new Settling.Again(ID));
        assertThat(bench.sent(IrMessage.Lookup.class)).hasSize(sent);
    }

    @Test
    void a_settlement_that_was_begun_goes_on_when_nobody_waits_any_more() {
        long call = ask();
        bench.reply(1, 2, new IrMessage.LookedUp(ID, List.of(B)));
        bench.fire(new Turn.Deadline(call));
        bench.fire(new Settling.Again(ID));
        assertThat(bench.sent(IrMessage.Inquire.class)).hasSize(6);
    }

    @Test
    void after_a_higher_ballot_the_next_attempt_has_one_above_it() {
        ask();
        bench.reply(0, 1, new IrMessage.LookedUp(ID, List.of(A)));
        Ballot first = ballot();
        Ballot higher = new Ballot(first.epoch(), first.round() + 5, new ClientId(0, 8));
        bench.reply(0, 2, new IrMessage.Preempted(ID, first, higher));
        bench.fire(new Settling.Again(ID));
        assertThat(ballot()).isGreaterThan(higher);
        assertThat(ballot().proposer()).isEqualTo(Bench.SELF);
    }

    /** What answers the first, late, must not count for the second. */
    @Test
    void the_same_transaction_settled_again_has_a_higher_round() {
        ask();
        bench.reply(0, 1, new IrMessage.LookedUp(ID, List.of(A)));
        Ballot first = ballot();
        promise(0);
        accept(0);
        fromAll(0, new IrMessage.DecisionAcknowledged(ID));
        ask();
        bench.reply(0, 1, new IrMessage.LookedUp(ID, List.of(A)));
        assertThat(ballot()).isGreaterThan(first);
    }

    @Test
    void a_commit_that_is_known_somewhere_is_told_with_its_timestamp() {
        Timestamp at = new Timestamp(8, new ClientId(0, 9));
        ask();
        bench.reply(0, 3, new IrMessage.Decided(ID, new Decision.Commit(at), null));
        assertThat(told()).containsExactly(new CallOutcome.Committed(ID, at, Outcome.Path.SETTLED));
    }

    @Test
    void who_asks_for_more_than_may_be_settled_at_once_is_told_so() {
        Bench bounded = boundedTo(1);
        bounded.call(new ClientCall.AwaitOutcome(ID, List.of()));
        bounded.call(new ClientCall.AwaitOutcome(new Timestamp(6, new ClientId(0, 9)), List.of()));
        assertThat(bounded.answers())
                .singleElement()
                .satisfies(answer -> assertThat(answer.outcome())
                        .isInstanceOfSatisfying(
                                CallOutcome.Failed.class,
                                failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.OVERLOADED)));
    }
}
