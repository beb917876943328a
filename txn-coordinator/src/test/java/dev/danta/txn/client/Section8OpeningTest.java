package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Vote;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.client.ClientCall.OpenCounters.Ask;
import dev.danta.txn.client.ClientCall.OpenCounters.Need;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a client finds out about bounded counters for transactions (protocol.md 8), input by input: one shard of three replicas. */
final class Section8OpeningTest {
    private static final Key STOCK = Bench.key("stock");
    private static final Key MORE = Bench.key("more");
    private static final CounterBounds BOUNDS = new CounterBounds(10, 0);
    private static final ClientId OTHER = new ClientId(0, 9);

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

    private static Counter gained(long sum) {
        return Counter.of(OTHER, new Counter.Total(1, sum));
    }

    private long open(long amount, Need need) {
        return open(new Ask(STOCK, BOUNDS, amount, false, need));
    }

    private long open(Ask... asks) {
        return bench.call(new ClientCall.OpenCounters(List.of(asks), false));
    }

    private List<CallOutcome> told() {
        return bench.answers().stream().map(Finished::outcome).toList();
    }

    private CallOutcome.Opened opened() {
        assertThat(told()).isNotEmpty();
        return ((CallOutcome.CountersOpened) told().get(told().size() - 1))
                .counters()
                .get(0);
    }

    private IrMessage.Ask lastAsk() {
        return bench.asked(0);
    }

    private void answer(ReadAnswer answer) {
        OpId id = lastAsk().id();
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(0, replica, new IrMessage.Answered(id, answer));
        }
    }

    private void answerGains(@Nullable RelaxedState gains) {
        assertThat(lastAsk().query()).isEqualTo(new ReadQuery.Relaxed(STOCK));
        answer(new ReadAnswer.Relaxed(gains, 0));
    }

    private void answerRecord(Version version) {
        assertThat(lastAsk().query()).isEqualTo(new ReadQuery.Versions(List.of(STOCK)));
        answer(new ReadAnswer.Versions(List.of(new ReadAnswer.Entry(version, false)), 0, Timestamp.ZERO));
    }

    private void fenced(Timestamp id, long spent) {
        List<IrMessage.Execute> sent = bench.sent(IrMessage.Execute.class);
        IrMessage.Execute fence = sent.get(sent.size() - 1);
        assertThat(fence.op()).isEqualTo(new RelaxedUpdate(AllotmentKey.of(STOCK, id), Spending.FENCE));
        bench.reply(0, 1, new IrMessage.Executed(fence.id()));
        bench.reply(0, 2, new IrMessage.Executed(fence.id()));
        assertThat(lastAsk().query()).isEqualTo(new ReadQuery.Relaxed(AllotmentKey.of(STOCK, id)));
        answer(new ReadAnswer.Relaxed(new Spending(1, spent, true), 0));
    }

    private long fences() {
        return bench.sent(IrMessage.Execute.class).stream()
                .filter(execute -> execute.op() instanceof RelaxedUpdate update
                        && update.change() instanceof Spending spending
                        && spending.fenced())
                .count();
    }

    @Test
    void gains_are_read_at_a_quorum_then_the_record_and_folded_and_nothing_is_written() {
        open(12, Need.TO_CHANGE);
        answerGains(gained(5));
        answerRecord(version(4, record(8)));

        assertThat(opened().version()).isEqualTo(version(4, record(8)));
        assertThat(opened().record().room()).isEqualTo(13);
        assertThat(opened().record().folded()).containsEntry(OTHER, new Counter.Total(1, 5));
        assertThat(opened().changed()).isTrue();
        assertThat(bench.sent(IrMessage.Propose.class)).isEmpty();
        assertThat(bench.sent(IrMessage.Execute.class)).isEmpty();
    }

    @Test
    void several_counters_are_answered_together_in_the_order_asked() {
        open(new Ask(STOCK, BOUNDS, 1, false, Need.TO_CHANGE), new Ask(MORE, BOUNDS, 1, false, Need.TO_CHANGE));
        for (int i = 0; i < 2; i++) {
            for (IrMessage.Ask ask : bench.sent(IrMessage.Ask.class)) {
                ReadAnswer answer = ask.query() instanceof ReadQuery.Versions
                        ? new ReadAnswer.Versions(
                                List.of(new ReadAnswer.Entry(Version.NEVER_THERE, false)), 0, Timestamp.ZERO)
                        : new ReadAnswer.Relaxed(null, 0);
                for (int replica = 1; replica <= 3; replica++) {
                    bench.reply(0, replica, new IrMessage.Answered(ask.id(), answer));
                }
            }
        }
        assertThat(told()).hasSize(1);
        assertThat(((CallOutcome.CountersOpened) told().get(0)).counters())
                .extracting(CallOutcome.Opened::key, CallOutcome.Opened::changed)
                .containsExactly(tuple(STOCK, false), tuple(MORE, false));
    }

    @Test
    void before_there_is_not_enough_gains_are_read_once_more_with_the_record_at_hand() {
        open(12, Need.TO_CHANGE);
        answerGains(null);
        answerRecord(version(4, record(8)));
        assertThat(told()).isEmpty();
        answerGains(gained(2));

        assertThat(opened().record().room()).isEqualTo(10);
        assertThat(opened().isAll()).isTrue();
    }

    @Test
    void before_there_is_not_enough_what_others_hold_is_called_in() {
        Version taken = version(7, record(10).taking(new Allotment(OTHER, 5, false, Long.MAX_VALUE)));
        open(8, Need.TO_CHANGE);
        answerGains(null);
        answerRecord(taken);
        assertThat(told()).isEmpty();
        fenced(at(7), 1);
        // Whoever spent of it may have known of a gain: it is read before it is seen what was spent.
        answerGains(gained(1));
        answerRecord(taken);

        assertThat(opened().record().room()).isEqualTo(10);
        assertThat(opened().record().open()).isEmpty();
        assertThat(opened().record().closed().get(at(7)).spent()).isEqualTo(1);
        assertThat(fences()).isEqualTo(3);
    }

    @Test
    void what_covers_it_leaves_allotments_alone_and_who_wants_all_does_not() {
        Version taken = version(7, record(10).taking(new Allotment(OTHER, 5, false, Long.MAX_VALUE)));
        open(5, Need.TO_CHANGE);
        answerGains(null);
        answerRecord(taken);
        assertThat(opened().record().open()).hasSize(1);
        assertThat(opened().isAll()).isFalse();

        open(0, Need.ALL);
        answerGains(null);
        answerRecord(taken);
        fenced(at(7), 2);
        answerGains(null);
        answerRecord(taken);
        answerGains(gained(1));
        assertThat(told()).hasSize(1);
        answerGains(gained(1));
        assertThat(opened().record().room()).isEqualTo(9);
    }

    /** What is only remembered may have been closed long ago. */
    @Test
    void nothing_is_called_in_by_what_is_only_remembered() {
        Version taken = version(7, record(10).taking(new Allotment(OTHER, 5, false, Long.MAX_VALUE)));
        ClientCall.OpenCounters open =
                new ClientCall.OpenCounters(List.of(new Ask(STOCK, BOUNDS, 8, false, Need.TO_CHANGE)), true);
        bench.call(new ClientCall.ReadVersions(List.of(STOCK), true));
        answerRecord(taken);
        bench.call(open);
        answerGains(null);
        assertThat(fences()).isZero();
        answerGains(null);
        answerRecord(version(9, record(9)));

        assertThat(opened().record().room()).isEqualTo(9);
        assertThat(fences()).isZero();
    }

    @Test
    void an_own_allotment_of_which_all_is_final_is_stopped_and_needs_no_fence() {
        bench.call(new ClientCall.Spend(STOCK, BOUNDS, 1, SpendManner.RESERVED, false));
        answerGains(null);
        answerRecord(version(5, record(41)));
        List<IrMessage.Propose> sent = bench.sent(IrMessage.Propose.class);
        Timestamp id = sent.get(sent.size() - 1).id();
        for (int replica = 1; replica <= 3; replica++) {
            bench.reply(0, replica, new IrMessage.Voted(id, new Vote.Ok(id)));
        }
        CounterRecord allotted = record(40).taking(new Allotment(Bench.SELF, 20, false, Long.MAX_VALUE));
        open(30, Need.TO_CHANGE);
        answerGains(null);
        answerRecord(new Version(id, allotted.encode()));
        answerGains(null);
        answerRecord(new Version(id, allotted.encode()));

        assertThat(opened().record().room()).isEqualTo(40);
        assertThat(fences()).isZero();
        // And nothing is spent of it any more, whatever becomes of the transaction.
        bench.call(new ClientCall.Spend(STOCK, BOUNDS, 1, SpendManner.RESERVED, false));
        assertThat(bench.sent(IrMessage.Execute.class)).isEmpty();
    }

    @Test
    void who_does_not_wait_any_more_calls_nothing_in_and_is_told_so() {
        bench.call(
                new ClientCall.OpenCounters(List.of(new Ask(STOCK, BOUNDS, 8, false, Need.TO_CHANGE)), false),
                Bench.SECOND);
        answerGains(null);
        bench.fire(bench.armed(Turn.Deadline.class).get(0));
        answerRecord(version(7, record(10).taking(new Allotment(OTHER, 5, false, Long.MAX_VALUE))));

        assertThat(told()).singleElement().isInstanceOf(CallOutcome.Failed.class);
        assertThat(fences()).isZero();
        assertThat(bench.machine.left()).isZero();
    }

    @Test
    void what_is_no_counter_is_refused() {
        open(1, Need.TO_CHANGE);
        answerGains(null);
        answerRecord(new Version(at(3), Bytes.utf8("something else")));
        assertThat(told())
                .singleElement()
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.REFUSED));
        Ask ask = new Ask(STOCK, BOUNDS, 1, false, Need.ROOM);
        assertThatThrownBy(() -> new ClientCall.OpenCounters(List.of(ask, ask), false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ClientCall.OpenCounters(List.of(), false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Ask(STOCK, BOUNDS, -1, false, Need.ROOM))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
