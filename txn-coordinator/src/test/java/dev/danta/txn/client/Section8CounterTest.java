package dev.danta.txn.client;

import static dev.danta.txn.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.occ.Key;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.TxnRefusal;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a client does with bounded counters (protocol.md 8), input by input: one shard of three replicas. */
final class Section8CounterTest {
    private static final Key STOCK = Bench.key("stock");
    private static final CounterBounds BOUNDS = new CounterBounds(10, 0);
    private static final ClientId OTHER = new ClientId(0, 9);
    private static final ReadAnswer VALID = new ReadAnswer.Valid();

    private final Bench bench = new Bench(3, 1).connected(1, 2, 3);

    private static Timestamp at(long micros) {
        return new Timestamp(micros, OTHER);
    }

    private static CounterRecord record(long room) {
        return CounterRecord.initial(new CounterBounds(room, 0));
    }

    private static Version version(long micros, CounterRecord record) {
        return new Version(at(micros), record.encode());
    }

    private static CounterRecord decoded(Version version) {
        return Objects.requireNonNull(CounterRecord.of(version, BOUNDS));
    }

    private long spend(long amount, SpendManner manner) {
        return bench.call(new ClientCall.Spend(STOCK, BOUNDS, amount, manner, false));
    }

    private List<CallOutcome> told() {
        return bench.answers().stream().map(Finished::outcome).toList();
    }

    private IrMessage.Ask lastAsk() {
        List<IrMessage.Ask> sent = bench.sent(IrMessage.Ask.class);
        return sent.get(sent.size() - 1);
    }

    private long asked(Class<? extends ReadQuery> kind) {
        return bench.sent(IrMessage.Ask.class).stream()
                .filter(ask -> kind.isInstance(ask.query()))
                .count();
    }

    private void answer(int replica, OpId id, ReadAnswer answer) {
        bench.reply(0, replica, new IrMessage.Answered(id, answer));
    }

    /** Two replicas say what was gained. */
    private void answerGains(@Nullable RelaxedState gains) {
        OpId id = lastAsk().id();
        assertThat(lastAsk().query()).isEqualTo(new ReadQuery.Relaxed(STOCK));
        for (int replica = 1; replica <= 3; replica++) {
            answer(replica, id, new ReadAnswer.Relaxed(gains, 0));
        }
    }

    private void answerRecord(Version version) {
        OpId id = lastAsk().id();
        assertThat(lastAsk().query()).isEqualTo(new ReadQuery.Versions(List.of(STOCK)));
        for (int replica = 1; replica <= 3; replica++) {
            answer(
                    replica,
                    id,
                    new ReadAnswer.Versions(List.of(new ReadAnswer.Entry(version, false)), 0, Timestamp.ZERO));
        }
    }

    private void answerAll(ReadAnswer answer) {
        OpId id = lastAsk().id();
        for (int replica = 1; replica <= 3; replica++) {
            answer(replica, id, answer);
        }
    }

    private IrMessage.Propose proposed() {
        List<IrMessage.Propose> sent = bench.sent(IrMessage.Propose.class);
        return sent.get(sent.size() - 1);
    }

    private CounterRecord written() {
        List<Write> writes = ((PrepareBody) proposed().body()).accesses().writes();
        assertThat(writes).singleElement().extracting(Write::key).isEqualTo(STOCK);
        return decoded(new Version(proposed().id(), writes.get(0).value()));
    }

    private void commit() {
        Timestamp id = proposed().id();
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(0, replica, new IrMessage.Voted(id, new Vote.Ok(id)));
        }
    }

    private void abortAsStale(Version newer) {
        Timestamp id = proposed().id();
        Vote no = new Vote.No(new TxnRefusal.StaleRead(List.of(new Verdict.Newest(STOCK, newer))));
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(0, replica, new IrMessage.Voted(id, no));
        }
    }

    private static CallOutcome strictly(long left) {
        return new CallOutcome.Spent(true, SpendManner.STRICT, left);
    }

    private static CallOutcome limit(long left) {
        return new CallOutcome.Spent(false, SpendManner.STRICT, left);
    }

    private IrMessage.Execute executed() {
        List<IrMessage.Execute> sent = bench.sent(IrMessage.Execute.class);
        return sent.get(sent.size() - 1);
    }

    private static RelaxedUpdate update(IrMessage.Execute execute) {
        return (RelaxedUpdate) execute.op();
    }

    private List<Spending> spendings() {
        return bench.sent(IrMessage.Execute.class).stream()
                .map(Section8CounterTest::update)
                .filter(update -> update.change() instanceof Spending)
                .map(update -> (Spending) update.change())
                .distinct()
                .toList();
    }

    private void acknowledge(int... replicas) {
        OpId id = executed().id();
        for (int replica : replicas) {
            bench.reply(0, replica, new IrMessage.Executed(id));
        }
    }

    /** This client has an allotment of {@code room / 2}, and nothing is under way; its id. */
    private Timestamp allotted(long room) {
        long call = spend(1, SpendManner.RESERVED);
        answerGains(null);
        answerRecord(version(5, record(room + 1)));
        commit();
        assertThat(told().get((int) call)).isEqualTo(strictly(room));
        return proposed().id();
    }

    @Test
    void a_gain_is_a_relaxed_update_of_the_counter() {
        bench.call(new ClientCall.Gain(STOCK, 4));
        bench.call(new ClientCall.Gain(STOCK, 3));
        assertThat(update(executed()))
                .isEqualTo(new RelaxedUpdate(STOCK, Counter.of(Bench.SELF, new Counter.Total(2, 7))));
        acknowledge(1);
        assertThat(told()).isEmpty();
        acknowledge(2);
        assertThat(told()).hasSize(1).first().isInstanceOf(CallOutcome.Updated.class);
    }

    @Test
    void amounts_are_positive_and_a_counters_key_leaves_space_for_its_allotments() {
        assertThatThrownBy(() -> new ClientCall.Gain(STOCK, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ClientCall.Spend(STOCK, BOUNDS, -1, SpendManner.STRICT, false))
                .isInstanceOf(IllegalArgumentException.class);
        Key tooLong = Bench.key("x".repeat(Key.SIZE_MAX - 30));
        assertThatThrownBy(() -> new ClientCall.GiveBack(tooLong, BOUNDS)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_strict_spend_reads_gains_at_a_quorum_then_the_record_and_folds_them_by_a_transaction() {
        spend(12, SpendManner.STRICT);
        assertThat(asked(ReadQuery.Relaxed.class)).isEqualTo(2);
        assertThat(asked(ReadQuery.Versions.class)).isZero();
        answerGains(Counter.of(OTHER, new Counter.Total(2, 5)));
        assertThat(bench.sent(IrMessage.Propose.class)).isEmpty();
        answerRecord(Version.NEVER_THERE);
        assertThat(((PrepareBody) proposed().body()).accesses().reads())
                .singleElement()
                .satisfies(read -> assertThat(read.seen()).isEqualTo(Timestamp.ZERO));
        assertThat(written().room()).isEqualTo(3);
        assertThat(written().folded()).containsEntry(OTHER, new Counter.Total(2, 5));
        assertThat(told()).isEmpty();
        commit();
        assertThat(told()).containsExactly(strictly(3));
    }

    @Test
    void gains_that_fewer_than_a_quorum_have_are_brought_to_one_before_they_count() {
        spend(12, SpendManner.STRICT);
        Counter gained = Counter.of(OTHER, new Counter.Total(2, 5));
        OpId id = lastAsk().id();
        for (int replica = 1; replica <= 3; replica++) {
            answer(replica, id, new ReadAnswer.Relaxed(replica == 2 ? null : gained, 0));
        }
        assertThat(asked(ReadQuery.Versions.class)).isZero();
        assertThat(update(executed())).isEqualTo(new RelaxedUpdate(STOCK, gained));
        acknowledge(1, 3);
        answerRecord(Version.NEVER_THERE);
        assertThat(written().room()).isEqualTo(3);
    }

    @Test
    void what_comes_while_a_transaction_is_under_way_goes_into_the_next_one_together() {
        spend(1, SpendManner.STRICT);
        spend(2, SpendManner.STRICT);
        spend(3, SpendManner.STRICT);
        assertThat(asked(ReadQuery.Relaxed.class)).isEqualTo(2);
        answerGains(null);
        answerRecord(Version.NEVER_THERE);
        assertThat(written().room()).isEqualTo(9);
        commit();
        // What comes later may rest on gains that were acknowledged meanwhile: they are read again.
        assertThat(asked(ReadQuery.Relaxed.class)).isEqualTo(4);
        answerGains(null);
        assertThat(written().room()).isEqualTo(4);
        commit();
        assertThat(told()).containsExactly(strictly(9), strictly(7), strictly(4));
        assertThat(bench.sent(IrMessage.Propose.class)).hasSize(6);
    }

    @Test
    void an_aborted_transaction_is_tried_again_on_what_was_newer() {
        spend(4, SpendManner.STRICT);
        answerGains(null);
        answerRecord(Version.NEVER_THERE);
        abortAsStale(version(7, record(5)));
        assertThat(told()).isEmpty();
        bench.fire(new CounterDesk.TryAgain(STOCK));
        assertThat(asked(ReadQuery.Relaxed.class)).isEqualTo(2);
        assertThat(asked(ReadQuery.Versions.class)).isEqualTo(1);
        assertThat(written().room()).isEqualTo(1);
        commit();
        assertThat(told()).containsExactly(strictly(1));
    }

    @Test
    void not_enough_is_said_only_when_the_record_was_the_newest() {
        spend(11, SpendManner.STRICT);
        answerGains(null);
        answerRecord(Version.NEVER_THERE);
        answerGains(null);
        assertThat(bench.sent(IrMessage.Propose.class)).isEmpty();
        assertThat(lastAsk().query()).isInstanceOf(ReadQuery.Validate.class);
        assertThat(told()).isEmpty();
        answerAll(VALID);
        assertThat(told()).containsExactly(limit(10));
    }

    /** Another has seen a later gain without an earlier one, folded that and spent it: of the earlier one nobody has told yet. */
    @Test
    void before_not_enough_is_said_gains_are_read_once_more_after_the_record() {
        spend(6, SpendManner.STRICT);
        Counter later = Counter.of(OTHER, new Counter.Total(1, 1));
        answerGains(later);
        Version spentByAnother = version(7, record(10).folding(later).spending(11));
        answerRecord(spentByAnother);
        assertThat(told()).isEmpty();
        answerGains(later.join(Counter.of(new ClientId(0, 8), new Counter.Total(1, 10))));
        assertThat(written().room()).isEqualTo(4);
        commit();
        assertThat(told()).containsExactly(strictly(4));
    }

    @Test
    void a_record_that_is_not_the_newest_is_no_answer() {
        bench.call(new ClientCall.ReadCounter(STOCK, BOUNDS, false));
        answerGains(null);
        answerRecord(Version.NEVER_THERE);
        answerGains(null);
        Version newer = version(7, record(5));
        answerAll(new ReadAnswer.Outdated(List.of(new Verdict.Newest(STOCK, newer)), Timestamp.ZERO));
        assertThat(told()).isEmpty();
        bench.fire(new CounterDesk.TryAgain(STOCK));
        answerGains(null);
        answerAll(VALID);
        assertThat(told()).containsExactly(new CallOutcome.CounterValue(5, 0, 0, false));
    }

    /**
     * What a quorum shows is no snapshot: one replica told of what it had before the first gain came, another when the second one
     * was there, which began after the first was acknowledged. There was no moment at which there was the second alone.
     */
    @Test
    void how_much_there_is_is_said_only_when_gains_were_the_same_twice() {
        Counter second = Counter.of(OTHER, new Counter.Total(1, 2));
        Counter both = second.join(Counter.of(new ClientId(0, 8), new Counter.Total(1, 1)));
        bench.call(new ClientCall.ReadCounter(STOCK, BOUNDS, true));
        answerGains(second);
        answerRecord(Version.NEVER_THERE);
        assertThat(bench.sent(IrMessage.Propose.class)).isEmpty();
        answerGains(both);
        answerGains(both);
        assertThat(written().room()).isEqualTo(13);
        commit();
        assertThat(told()).containsExactly(new CallOutcome.CounterValue(13, 0, 0, true));
    }

    @Test
    void who_reads_while_much_is_gained_does_not_hold_up_who_spends() {
        bench.call(new ClientCall.ReadCounter(STOCK, BOUNDS, true));
        answerGains(null);
        answerRecord(Version.NEVER_THERE);
        spend(1, SpendManner.STRICT);
        answerGains(null);
        answerAll(VALID);
        assertThat(told()).hasSize(1);
        bench.call(new ClientCall.ReadCounter(STOCK, BOUNDS, true));
        spend(1, SpendManner.STRICT);
        answerGains(null);
        commit();
        for (int gained = 1; bench.sent(IrMessage.Propose.class).size() < 6; gained++) {
            assertThat(gained).isLessThan(20);
            answerGains(Counter.of(OTHER, new Counter.Total(gained, gained)));
        }
        commit();
        assertThat(told()).hasSize(3).last().isInstanceOf(CallOutcome.Spent.class);
    }

    @Test
    void a_key_that_holds_something_else_is_refused() {
        spend(1, SpendManner.STRICT);
        answerGains(null);
        answerRecord(new Version(at(7), Bytes.utf8("not a counter")));
        assertThat(told())
                .singleElement()
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.REFUSED));
    }

    @Test
    void a_spend_whose_transaction_is_undecided_at_its_deadline_is_unknown_and_can_be_asked_for() {
        long call = bench.call(new ClientCall.Spend(STOCK, BOUNDS, 4, SpendManner.STRICT, false), SECOND);
        answerGains(null);
        answerRecord(Version.NEVER_THERE);
        bench.fire(new Turn.Deadline(call));
        assertThat(told())
                .singleElement()
                .isInstanceOfSatisfying(
                        CallOutcome.Unknown.class,
                        unknown ->
                                assertThat(unknown.txn()).isEqualTo(proposed().id()));
        commit();
        bench.call(new ClientCall.AwaitOutcome(proposed().id(), List.of()));
        assertThat(told()).hasSize(2).last().isInstanceOf(CallOutcome.Committed.class);
    }

    @Test
    void a_spend_that_was_not_begun_at_its_deadline_has_failed_and_leaves_nothing() {
        long call = bench.call(new ClientCall.Spend(STOCK, BOUNDS, 4, SpendManner.STRICT, false), SECOND);
        answerGains(null);
        bench.fire(new Turn.Deadline(call));
        assertThat(told()).singleElement().isInstanceOf(CallOutcome.Failed.class);
        assertThat(bench.machine.left()).isZero();
        answerRecord(Version.NEVER_THERE);
        assertThat(bench.sent(IrMessage.Propose.class)).isEmpty();
    }

    @Test
    void a_reserved_spend_takes_one_round_trip_where_there_is_an_allotment() {
        Timestamp id = allotted(40);
        assertThat(written().open()).containsOnlyKeys(id);
        spend(3, SpendManner.RESERVED);
        assertThat(update(executed())).isEqualTo(new RelaxedUpdate(AllotmentKey.of(STOCK, id), Spending.of(1, 3)));
        acknowledge(1);
        assertThat(told()).hasSize(1);
        acknowledge(3);
        assertThat(told()).hasSize(2).last().isEqualTo(new CallOutcome.Spent(true, SpendManner.RESERVED, 37));
        assertThat(asked(ReadQuery.Relaxed.class)).isEqualTo(2);
    }

    @Test
    void one_spend_of_an_allotment_is_under_way_and_what_comes_meanwhile_goes_into_the_next_one() {
        allotted(40);
        spend(3, SpendManner.RESERVED);
        spend(4, SpendManner.RESERVED);
        spend(5, SpendManner.RESERVED);
        assertThat(spendings()).containsExactly(Spending.of(1, 3));
        acknowledge(1, 2);
        assertThat(spendings()).containsExactly(Spending.of(1, 3), Spending.of(2, 12));
        assertThat(told()).hasSize(2);
        acknowledge(1, 2);
        assertThat(told())
                .hasSize(4)
                .allMatch(outcome -> outcome instanceof CallOutcome.Spent spent && spent.accepted());
    }

    @Test
    void what_no_quorum_has_acknowledged_counts_as_spent() {
        allotted(40);
        long call = bench.call(new ClientCall.Spend(STOCK, BOUNDS, 15, SpendManner.RESERVED, false), SECOND);
        acknowledge(1);
        bench.fire(new Turn.Deadline(call));
        assertThat(told()).hasSize(2).last().isInstanceOf(CallOutcome.UpdateUnknown.class);
        spend(5, SpendManner.RESERVED);
        assertThat(spendings()).last().isEqualTo(Spending.of(2, 20));
        spend(1, SpendManner.RESERVED);
        assertThat(spendings()).hasSize(2);
        assertThat(lastAsk().query()).isEqualTo(new ReadQuery.Relaxed(STOCK));
    }

    @Test
    void who_gives_back_what_is_final_needs_no_fence() {
        Timestamp id = allotted(40);
        spend(3, SpendManner.RESERVED);
        acknowledge(1, 2);
        bench.call(new ClientCall.GiveBack(STOCK, BOUNDS));
        answerGains(null);
        assertThat(written().open()).isEmpty();
        assertThat(written().closed().get(id))
                .isEqualTo(new CounterRecord.Closed(3, proposed().id()));
        commit();
        assertThat(told()).last().isEqualTo(new CallOutcome.GivenBack(17));
        assertThat(spendings()).noneMatch(Spending::fenced);
    }

    /** Another's allotment stands in the way of a spend of 8; its id is 7. */
    private void notEnoughWithoutIt() {
        spend(8, SpendManner.STRICT);
        Version taken = version(7, record(10).taking(new Allotment(OTHER, 5, false, Long.MAX_VALUE)));
        answerGains(null);
        answerRecord(taken);
        answerAll(VALID);
    }

    private void fence() {
        assertThat(update(executed())).isEqualTo(new RelaxedUpdate(AllotmentKey.of(STOCK, at(7)), Spending.FENCE));
        acknowledge(1, 2);
        assertThat(lastAsk().query()).isEqualTo(new ReadQuery.Relaxed(AllotmentKey.of(STOCK, at(7))));
    }

    @Test
    void what_is_called_in_is_fenced_and_only_fenced_replicas_count() {
        notEnoughWithoutIt();
        assertThat(told()).isEmpty();
        fence();
        OpId id = lastAsk().id();
        answer(1, id, new ReadAnswer.Relaxed(new Spending(2, 3, true), 0));
        answer(3, id, new ReadAnswer.Relaxed(new Spending(1, 1, false), 0));
        assertThat(lastAsk().id()).isEqualTo(id);
        answer(2, id, new ReadAnswer.Relaxed(new Spending(1, 2, true), 0));
        // Closed with the greatest, after gains were read anew.
        assertThat(bench.sent(IrMessage.Propose.class)).isEmpty();
        answerGains(Counter.of(OTHER, new Counter.Total(1, 1)));
        assertThat(written().closed().get(at(7)))
                .isEqualTo(new CounterRecord.Closed(3, proposed().id()));
        assertThat(written().room()).isZero();
        commit();
        assertThat(told()).containsExactly(strictly(0));
    }

    @Test
    void nothing_is_closed_before_a_quorum_of_one_epoch_is_fenced() {
        notEnoughWithoutIt();
        fence();
        OpId id = lastAsk().id();
        answer(1, id, new ReadAnswer.Relaxed(new Spending(2, 3, true), 0));
        Membership moved = new Membership(
                new ShardId(0), new Epoch(2), List.of(new ReplicaId(1), new ReplicaId(2), new ReplicaId(3)));
        bench.handle(new TxnClient.Input.Described(List.of(moved), List.of()));
        long cycles = asked(ReadQuery.Relaxed.class);
        bench.reply(
                0, 2, new Epoch(2), new IrMessage.Answered(id, new ReadAnswer.Relaxed(new Spending(2, 3, true), 0)));
        assertThat(asked(ReadQuery.Relaxed.class)).isEqualTo(cycles);
        bench.reply(
                0, 3, new Epoch(2), new IrMessage.Answered(id, new ReadAnswer.Relaxed(new Spending(3, 4, true), 0)));
        assertThat(lastAsk().query()).isEqualTo(new ReadQuery.Relaxed(STOCK));
    }

    @Test
    void not_enough_is_said_once_nothing_is_open_any_more() {
        notEnoughWithoutIt();
        fence();
        answerAll(new ReadAnswer.Relaxed(new Spending(4, 5, true), 0));
        answerGains(null);
        answerGains(null);
        assertThat(written().room()).isEqualTo(5);
        assertThat(told()).isEmpty();
        commit();
        assertThat(told()).containsExactly(limit(5));
    }

    @Test
    void who_does_not_wait_any_more_fences_nothing() {
        long call = bench.call(new ClientCall.Spend(STOCK, BOUNDS, 8, SpendManner.STRICT, false), SECOND);
        answerGains(null);
        answerRecord(version(7, record(10).taking(new Allotment(OTHER, 5, false, Long.MAX_VALUE))));
        bench.fire(new Turn.Deadline(call));
        answerAll(VALID);
        assertThat(bench.sent(IrMessage.Execute.class)).isEmpty();
        assertThat(bench.machine.left()).isZero();
    }

    /** Three were spent of this client's allotment, and then replicas refuse four more; it was closed with {@code spent}. */
    private Version refusedAfterThree(long spent) {
        Timestamp id = allotted(40);
        spend(3, SpendManner.RESERVED);
        acknowledge(1, 2);
        spend(4, SpendManner.RESERVED);
        OpId refused = executed().id();
        bench.reply(0, 1, new IrMessage.Executed(refused));
        bench.reply(0, 2, new IrMessage.ExecuteRefused(refused, "fenced"));
        bench.reply(0, 3, new IrMessage.ExecuteRefused(refused, "fenced"));
        assertThat(told()).hasSize(2);
        answerGains(null);
        Version closed = version(
                Long.MAX_VALUE / 2, decoded(new Version(id, written().encode())).closing(id, spent));
        answerAll(new ReadAnswer.Outdated(List.of(new Verdict.Newest(STOCK, closed)), Timestamp.ZERO));
        bench.fire(new CounterDesk.TryAgain(STOCK));
        answerAll(VALID);
        return closed;
    }

    /**
     * Ten came before the six that are seen, so the one who spends ten of eleven has had the first ten: with them there is enough
     * for three at every moment.
     */
    @Test
    void who_finds_too_little_only_behind_others_of_the_same_transaction_is_not_refused_by_it() {
        spend(1, SpendManner.STRICT);
        long ten = spend(10, SpendManner.STRICT);
        long three = spend(3, SpendManner.STRICT);
        answerGains(null);
        answerRecord(version(5, record(6)));
        commit();
        answerGains(null);
        Counter later = Counter.of(OTHER, new Counter.Total(1, 6));
        answerGains(later);
        commit();
        assertThat(bench.answers()).extracting(Finished::call).contains(ten).doesNotContain(three);
        answerGains(later.join(Counter.of(new ClientId(0, 8), new Counter.Total(1, 10))));
        commit();
        assertThat(told()).containsExactly(strictly(5), strictly(1), strictly(8));
    }

    @Test
    void who_gives_up_while_a_cycle_pauses_leaves_the_clients_other_calls_alone() {
        long gain = bench.call(new ClientCall.Gain(STOCK, 1), 60 * SECOND);
        assertThat(gain).isZero();
        OpId update = executed().id();
        long call = bench.call(new ClientCall.Spend(STOCK, BOUNDS, 1, SpendManner.STRICT, false), SECOND);
        answerGains(null);
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(2), "gone"));
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(3), "gone"));
        answerRecord(version(5, record(6)));
        bench.fire(new Turn.Deadline(call));
        bench.reply(0, 1, new IrMessage.Executed(update));
        bench.reply(0, 2, new IrMessage.Executed(update));
        assertThat(told()).hasSize(2).last().isInstanceOf(CallOutcome.Updated.class);
    }

    @Test
    void an_allotment_whose_last_spend_nobody_waits_for_any_more_is_closed_like_anothers() {
        Timestamp id = allotted(40);
        long call = bench.call(new ClientCall.Spend(STOCK, BOUNDS, 12, SpendManner.RESERVED, false), SECOND);
        bench.fire(new Turn.Deadline(call));
        spend(9, SpendManner.RESERVED);
        spend(9, SpendManner.RESERVED);
        answerGains(null);
        commit();
        assertThat(update(executed())).isEqualTo(new RelaxedUpdate(AllotmentKey.of(STOCK, id), Spending.FENCE));
    }

    @Test
    void one_refusal_ends_an_allotment_also_where_others_are_away() {
        allotted(40);
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(3), "gone"));
        spend(4, SpendManner.RESERVED);
        OpId id = executed().id();
        bench.reply(0, 1, new IrMessage.Executed(id));
        long before = asked(ReadQuery.Relaxed.class);
        bench.reply(0, 2, new IrMessage.ExecuteRefused(id, "fenced"));
        assertThat(asked(ReadQuery.Relaxed.class)).isGreaterThan(before);
        assertThat(lastAsk().query()).isEqualTo(new ReadQuery.Relaxed(STOCK));
    }

    @Test
    void a_refused_spend_was_made_if_its_allotment_was_closed_with_as_much() {
        refusedAfterThree(7);
        assertThat(told()).hasSize(3).last().isEqualTo(new CallOutcome.Spent(true, SpendManner.RESERVED, 33));
    }

    @Test
    void a_refused_spend_that_was_not_made_is_done_otherwise() {
        Version closed = refusedAfterThree(3);
        assertThat(told()).hasSize(2);
        answerGains(null);
        answerRecord(closed);
        commit();
        assertThat(told()).hasSize(3).last().isEqualTo(strictly(33));
    }

    @Test
    void a_refused_spend_of_an_allotment_that_is_open_is_settled_by_closing_it() {
        Timestamp id = allotted(40);
        spend(4, SpendManner.RESERVED);
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(0, replica, new IrMessage.ExecuteRefused(executed().id(), "fenced"));
        }
        answerGains(null);
        answerAll(VALID);
        assertThat(update(executed())).isEqualTo(new RelaxedUpdate(AllotmentKey.of(STOCK, id), Spending.FENCE));
        assertThat(told()).hasSize(1);
    }

    @Test
    void an_own_allotment_is_stopped_before_gains_are_read_by_a_cycle_that_closes_it() {
        allotted(40);
        bench.call(new ClientCall.ReadCounter(STOCK, BOUNDS, true));
        spend(3, SpendManner.RESERVED);
        assertThat(spendings()).isEmpty();
        answerGains(null);
        answerGains(null);
        assertThat(written().open()).isEmpty();
        commit();
        assertThat(told()).last().isEqualTo(new CallOutcome.CounterValue(40, 0, 0, true));
    }

    private static final CounterBounds LAXLY = new CounterBounds(0, 8);

    private long laxly(long amount, SpendManner manner) {
        return bench.call(new ClientCall.Spend(STOCK, LAXLY, amount, manner, false));
    }

    /** This client has a lax allotment of four, of which one is spent; its id. */
    private Timestamp allottedLaxly() {
        laxly(1, SpendManner.LAX);
        answerGains(null);
        answerRecord(Version.NEVER_THERE);
        assertThat(written().room()).isEqualTo(-4);
        commit();
        assertThat(told()).isEmpty();
        acknowledge(3);
        assertThat(told()).containsExactly(new CallOutcome.Spent(true, SpendManner.LAX, 3));
        return proposed().id();
    }

    @Test
    void a_lax_spend_is_made_with_one_acknowledgement_and_goes_on_spreading() {
        Timestamp id = allottedLaxly();
        laxly(2, SpendManner.LAX);
        assertThat(update(executed())).isEqualTo(new RelaxedUpdate(AllotmentKey.of(STOCK, id), Spending.of(2, 3)));
        acknowledge(2);
        assertThat(told()).last().isEqualTo(new CallOutcome.Spent(true, SpendManner.LAX, 1));
        assertThat(bench.machine.left()).isPositive();
    }

    @Test
    void in_a_minority_lax_spends_go_on_up_to_what_is_held_and_what_has_to_be_strict_is_refused_soon() {
        allottedLaxly();
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(2), "gone"));
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(3), "gone"));
        laxly(3, SpendManner.LAX);
        acknowledge(1);
        assertThat(told()).last().isEqualTo(new CallOutcome.Spent(true, SpendManner.LAX, 0));
        int armed = bench.armed(CounterDesk.QuorumWait.class).size();
        laxly(1, SpendManner.LAX);
        laxly(1, SpendManner.STRICT);
        assertThat(bench.armed(CounterDesk.QuorumWait.class).size())
                .as("who comes later does not put it off")
                .isEqualTo(armed + 1);
        assertThat(told()).hasSize(2);
        bench.fire(new CounterDesk.QuorumWait(STOCK));
        assertThat(told())
                .hasSize(4)
                .last()
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.UNAVAILABLE));
    }

    @Test
    void the_owner_of_a_lax_allotment_returns_the_rest_though_nobody_has_acknowledged_what_it_spent() {
        Timestamp id = allottedLaxly();
        laxly(2, SpendManner.LAX);
        bench.call(new ClientCall.GiveBack(STOCK, LAXLY));
        answerGains(null);
        assertThat(written().closed().get(id))
                .isEqualTo(new CounterRecord.Closed(3, proposed().id()));
        commit();
        assertThat(told())
                .contains(new CallOutcome.GivenBack(1), new CallOutcome.Spent(true, SpendManner.LAX, 0))
                .hasSize(3);
        assertThat(spendings()).noneMatch(Spending::fenced);
    }

    @Test
    void what_is_not_used_for_some_of_its_lease_is_given_back() {
        Timestamp id = allotted(40);
        spend(3, SpendManner.RESERVED);
        acknowledge(1, 2);
        bench.fire(new CounterDesk.SomeLease(STOCK));
        answerGains(null);
        answerAll(VALID);
        assertThat(told()).hasSize(2);
        bench.fire(new CounterDesk.SomeLease(STOCK));
        answerGains(null);
        assertThat(written().closed().get(id))
                .isEqualTo(new CounterRecord.Closed(3, proposed().id()));
    }

    @Test
    void what_is_called_in_because_its_lease_is_over_is_closed_also_when_nobody_waits_any_more() {
        spend(1, SpendManner.STRICT);
        Version taken = version(7, record(10).taking(new Allotment(OTHER, 5, false, Long.MIN_VALUE)));
        answerGains(null);
        answerRecord(taken);
        commit();
        assertThat(told()).containsExactly(strictly(4));
        fence();
        answerAll(new ReadAnswer.Relaxed(new Spending(1, 2, true), 0));
        answerGains(null);
        assertThat(written().closed().get(at(7)))
                .isEqualTo(new CounterRecord.Closed(2, proposed().id()));
        assertThat(written().room()).isEqualTo(7);
    }

    @Test
    void who_spends_its_allotment_quickly_gets_more_the_next_time() {
        spend(1, SpendManner.RESERVED);
        answerGains(null);
        answerRecord(version(5, record(10_001)));
        commit();
        assertThat(written().open().get(proposed().id()).amount()).isEqualTo(256);
        spend(256, SpendManner.RESERVED);
        acknowledge(1, 2);
        spend(1, SpendManner.RESERVED);
        answerGains(null);
        assertThat(written().open().get(proposed().id()).amount()).isEqualTo(8 * 256);
    }
}
