package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.Counter;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one transaction makes of a bounded counter (protocol.md 8): what is enough, and what "not enough" means. */
final class CounterPlanTest {
    private static final long NOW = 10_000_000;
    private static final Key KEY = Bench.key("stock");
    private static final ClientId SELF = new ClientId(0, 3);
    private static final ClientId OTHER = new ClientId(0, 4);
    private static final ClientId THIRD = new ClientId(0, 5);

    private final List<CounterOp> ops = new ArrayList<>();
    private final SortedMap<Timestamp, Long> spent = new TreeMap<>();
    private final Set<Timestamp> kept = new TreeSet<>();
    private Counter gains = Counter.ZERO;
    private CounterPlan.@Nullable Lax lax;
    private int fruitless;
    private long wants = Long.MAX_VALUE;

    private static Timestamp at(long micros) {
        return new Timestamp(micros, OTHER);
    }

    private static CounterRecord of(long room) {
        return CounterRecord.initial(new CounterBounds(room, 0));
    }

    /** The record as a later version shows it: what was taken has its id. */
    private static CounterRecord taking(CounterRecord before, ClientId owner, long amount, boolean lax, long micros) {
        CounterRecord taken = before.taking(new Allotment(owner, amount, lax, Long.MAX_VALUE));
        return Objects.requireNonNull(
                CounterRecord.of(new Version(at(micros), taken.encode()), new CounterBounds(0, 0)));
    }

    private CounterPlanTest gained(ClientId client, long sequence, long sum) {
        gains = gains.join(Counter.of(client, new Counter.Total(sequence, sum)));
        return this;
    }

    private CounterPlanTest spend(long amount, SpendManner manner) {
        return spend(amount, manner, false);
    }

    private CounterPlanTest spend(long amount, SpendManner manner, boolean intoAllowance) {
        CounterBounds bounds = new CounterBounds(0, 0);
        ops.add(new CounterOp(ops.size(), new ClientCall.Spend(KEY, bounds, amount, manner, intoAllowance)));
        return this;
    }

    private CounterPlanTest strictly(long amount) {
        return spend(amount, SpendManner.STRICT);
    }

    private CounterPlanTest reserved(long amount) {
        return spend(amount, SpendManner.RESERVED);
    }

    private CounterPlanTest read(boolean exact) {
        ops.add(new CounterOp(ops.size(), new ClientCall.ReadCounter(KEY, new CounterBounds(0, 0), exact)));
        return this;
    }

    private CounterPlanTest giveBack() {
        ops.add(new CounterOp(ops.size(), new ClientCall.GiveBack(KEY, new CounterBounds(0, 0))));
        return this;
    }

    private CounterPlan.Known known() {
        return new CounterPlan.Known(spent, wants, lax, kept, new CounterPlan.Terms(NOW, 1_000, 5_000), fruitless);
    }

    private CounterPlan on(CounterRecord seen) {
        return CounterPlan.of(seen, gains, known(), ops, SELF, CounterRules.PROTOCOL);
    }

    private static CallOutcome accepted(long roomLeft) {
        return new CallOutcome.Spent(true, SpendManner.STRICT, roomLeft);
    }

    private static CallOutcome limit(long roomLeft) {
        return new CallOutcome.Spent(false, SpendManner.STRICT, roomLeft);
    }

    @Test
    void what_there_is_room_for_is_taken_off_it() {
        CounterPlan plan = strictly(10).on(of(10));
        assertThat(plan.answers()).containsExactly(Map.entry(0L, accepted(0)));
        assertThat(plan.record().room()).isZero();
    }

    @Test
    void not_enough_changes_nothing() {
        CounterPlan plan = strictly(11).on(of(10));
        assertThat(plan.answers().values()).containsExactly(limit(10));
        assertThat(plan.changes()).isFalse();
    }

    @Test
    void gains_are_folded_before_anything_is_judged_and_once() {
        gained(OTHER, 3, 7);
        CounterPlan plan = strictly(17).on(of(10));
        assertThat(plan.answers().values()).containsExactly(accepted(0));
        CounterPlan again = on(plan.record());
        assertThat(again.answers().values()).containsExactly(limit(0));
        assertThat(again.changes()).isFalse();
    }

    @Test
    void those_who_wait_are_served_in_their_order_by_one_transaction() {
        CounterPlan plan = strictly(6).strictly(11).strictly(3).read(false).on(of(10));
        assertThat(plan.answers().values())
                .containsExactly(accepted(4), limit(4), accepted(1), new CallOutcome.CounterValue(1, 0, 0, false));
    }

    @Test
    void who_would_have_enough_but_for_the_others_waits_until_theirs_is_on_record() {
        CounterPlan plan = reserved(6).strictly(6).on(of(10));
        assertThat(plan.answers().values()).containsExactly(accepted(4));
        assertThat(plan.callIn()).isEmpty();
        assertThat(plan.taken()).isZero();
    }

    @Test
    void while_something_could_be_called_in_nobody_is_told_that_there_is_not_enough() {
        CounterPlan plan = strictly(8).strictly(4).on(taking(of(10), OTHER, 5, false, 7));
        assertThat(plan.answers().values()).containsExactly(accepted(1));
        assertThat(plan.callIn()).containsExactly(at(7));
    }

    @Test
    void a_lax_allotment_cannot_be_called_in() {
        CounterPlan plan = strictly(8).on(taking(of(10), OTHER, 5, true, 7));
        assertThat(plan.answers().values()).containsExactly(limit(5));
        assertThat(plan.callIn()).isEmpty();
    }

    @Test
    void what_is_left_of_a_fenced_allotment_is_room_again() {
        spent.put(at(7), 2L);
        CounterPlan plan = strictly(8).on(taking(of(10), OTHER, 5, false, 7));
        assertThat(plan.answers().values()).containsExactly(accepted(0));
        assertThat(plan.record().closed()).containsEntry(at(7), new CounterRecord.Closed(2, Timestamp.ZERO));
        assertThat(plan.closed()).containsOnlyKeys(at(7));
    }

    @Test
    void what_was_spent_of_another_allotment_closes_nothing() {
        spent.put(at(8), 2L);
        CounterPlan plan = strictly(8).on(taking(of(10), OTHER, 5, false, 7));
        assertThat(plan.answers()).isEmpty();
        assertThat(plan.record().open()).containsOnlyKeys(at(7));
    }

    @Test
    void an_own_allotment_is_called_in_like_any_other() {
        CounterPlan plan = strictly(6).on(taking(of(10), SELF, 5, false, 7));
        assertThat(plan.answers()).isEmpty();
        assertThat(plan.callIn()).containsExactly(at(7));
    }

    @Test
    void an_exact_read_calls_everything_in_first() {
        CounterRecord record = taking(of(10), OTHER, 5, false, 7);
        CounterPlan plan = read(true).on(record);
        assertThat(plan.answers()).isEmpty();
        assertThat(plan.callIn()).containsExactly(at(7));
        spent.put(at(7), 2L);
        assertThat(on(record).answers().values()).containsExactly(new CallOutcome.CounterValue(8, 0, 0, true));
    }

    @Test
    void another_read_says_what_is_allotted() {
        assertThat(read(false).on(taking(of(10), OTHER, 4, false, 7)).answers().values())
                .containsExactly(new CallOutcome.CounterValue(6, 4, 0, false));
    }

    @Test
    void only_spends_that_name_the_allowance_use_it_and_no_further() {
        CounterRecord record = CounterRecord.initial(new CounterBounds(3, 4));
        CounterPlan plan = strictly(4)
                .spend(4, SpendManner.STRICT, true)
                .spend(8, SpendManner.STRICT, true)
                .on(record);
        assertThat(plan.answers().values()).containsExactly(limit(3), accepted(-1), limit(-1));
    }

    @Test
    void where_there_is_plenty_a_reserved_spend_takes_an_allotment_for_those_to_come() {
        CounterPlan plan = reserved(2).on(of(42));
        assertThat(plan.answers().values()).containsExactly(accepted(40));
        assertThat(plan.taken()).isEqualTo(20);
        assertThat(plan.record().room()).isEqualTo(20);
        assertThat(plan.record().open().get(Timestamp.ZERO).owner()).isEqualTo(SELF);
    }

    @Test
    void the_more_have_one_the_less_the_next_one_gets() {
        CounterRecord record = taking(taking(of(62), OTHER, 5, false, 7), THIRD, 5, false, 8);
        assertThat(reserved(4).on(record).taken()).isEqualTo(9);
    }

    @Test
    void nobody_takes_an_allotment_that_would_not_last_or_where_somebody_was_turned_away() {
        assertThat(reserved(3).on(of(14)).taken()).isZero();
        assertThat(strictly(100).on(of(60)).taken()).isZero();
    }

    @Test
    void a_strict_spend_takes_no_allotment() {
        assertThat(strictly(1).on(of(100)).taken()).isZero();
    }

    @Test
    void what_is_given_back_is_what_was_not_spent() {
        spent.put(at(7), 2L);
        CounterPlan plan = giveBack().on(taking(taking(of(20), SELF, 5, false, 7), OTHER, 6, false, 8));
        assertThat(plan.answers().values()).containsExactly(new CallOutcome.GivenBack(3));
        assertThat(plan.record().open()).containsOnlyKeys(at(8));
        assertThat(plan.record().room()).isEqualTo(12);
    }

    @Test
    void an_own_allotment_of_which_spends_are_under_way_is_called_in_before_it_is_given_back() {
        CounterPlan plan = giveBack().on(taking(taking(of(20), SELF, 5, false, 7), OTHER, 6, false, 8));
        assertThat(plan.answers()).isEmpty();
        assertThat(plan.callIn()).containsExactly(at(7));
    }

    private CounterPlanTest hold(long amount) {
        ops.add(new CounterOp(ops.size(), new ClientCall.Hold(KEY, new CounterBounds(0, 0), amount)));
        return this;
    }

    private static CounterRecord withAllowance(long room, long allowance) {
        return CounterRecord.initial(new CounterBounds(room, allowance));
    }

    @Test
    void a_lax_spend_waits_for_a_lax_allotment_that_may_go_into_the_allowance() {
        CounterPlan plan = spend(2, SpendManner.LAX).on(withAllowance(0, 8));
        assertThat(plan.answers()).isEmpty();
        assertThat(plan.raisesLax()).isTrue();
        assertThat(plan.record().open().values()).containsExactly(new Allotment(SELF, 4, true, NOW + 5_000));
        assertThat(plan.record().room()).isEqualTo(-4);
        assertThat(plan.taken()).isZero();
    }

    @Test
    void a_lax_allotment_is_raised_while_its_owner_goes_on_spending_of_it() {
        lax = new CounterPlan.Lax(at(7), 1);
        CounterRecord record = taking(withAllowance(4, 8), SELF, 6, true, 7);
        CounterPlan plan = spend(3, SpendManner.LAX).on(record);
        assertThat(plan.answers()).isEmpty();
        assertThat(plan.record().open().get(at(7)).amount()).isEqualTo(8);
        assertThat(plan.record().room()).isEqualTo(-4);
    }

    @Test
    void lax_allotments_take_no_more_than_the_allowance_unless_they_are_asked_for() {
        CounterRecord record = withAllowance(100, 4);
        assertThat(spend(5, SpendManner.LAX).on(record).answers().values()).containsExactly(accepted(95));
        ops.clear();
        CounterPlan refused = spend(5, SpendManner.LAX_ONLY).on(record);
        assertThat(refused.answers().values()).containsExactly(new CallOutcome.Spent(false, SpendManner.LAX, 0));
        assertThat(refused.changes()).isFalse();
        ops.clear();
        CounterPlan held = hold(60).on(record);
        assertThat(held.answers().values()).containsExactly(new CallOutcome.Held(60));
        assertThat(held.record().room()).isEqualTo(40);
    }

    @Test
    void who_holds_gets_what_there_is_once_everything_is_called_in() {
        CounterRecord record = taking(withAllowance(7, 2), OTHER, 5, false, 7);
        CounterPlan first = hold(8).on(record);
        assertThat(first.answers()).isEmpty();
        assertThat(first.callIn()).containsExactly(at(7));
        spent.put(at(7), 3L);
        CounterPlan plan = on(record);
        assertThat(plan.answers().values()).containsExactly(new CallOutcome.Held(6));
        assertThat(plan.refusesSomebody()).isTrue();
        assertThat(plan.record().room()).isEqualTo(-2);
    }

    @Test
    void of_anothers_lax_allotment_nothing_comes_back_when_its_lease_is_over() {
        CounterRecord record = withAllowance(10, 2).taking(new Allotment(OTHER, 5, true, NOW - 2_000_000));
        CounterPlan plan = strictly(1)
                .on(Objects.requireNonNull(
                        CounterRecord.of(new Version(at(7), record.encode()), new CounterBounds(0, 0))));
        assertThat(plan.record().closed()).containsEntry(at(7), new CounterRecord.Closed(5, Timestamp.ZERO));
        assertThat(plan.record().room()).isEqualTo(4);
    }

    @Test
    void another_whose_lease_is_over_is_called_in_though_nobody_needs_it_and_reads_wait_for_that() {
        CounterRecord record = Objects.requireNonNull(CounterRecord.of(
                new Version(
                        at(7),
                        of(10).taking(new Allotment(OTHER, 5, false, NOW - 2_000_000))
                                .encode()),
                new CounterBounds(0, 0)));
        CounterPlan plan = strictly(1).on(record);
        assertThat(plan.answers()).hasSize(1);
        assertThat(plan.record().open()).containsOnlyKeys(at(7));
        assertThat(plan.over()).containsExactly(at(7));
        assertThat(plan.callIn()).isEmpty();
        ops.clear();
        CounterPlan read = read(false).on(record);
        assertThat(read.answers()).isEmpty();
        assertThat(read.callIn()).containsExactly(at(7));
    }

    @Test
    void what_is_kept_is_renewed_when_half_of_its_lease_has_passed_or_the_record_is_written_anyway() {
        kept.add(at(7));
        CounterRecord fresh = Objects.requireNonNull(CounterRecord.of(
                new Version(
                        at(7),
                        of(10).taking(new Allotment(SELF, 5, false, NOW + 600)).encode()),
                new CounterBounds(0, 0)));
        assertThat(on(fresh).changes()).isFalse();
        assertThat(strictly(1).on(fresh).record().open().get(at(7)).leaseMicros())
                .isEqualTo(NOW + 1_000);
        ops.clear();
        CounterRecord due = fresh.renewing(at(7), NOW + 400);
        assertThat(on(due).record().open().get(at(7)).leaseMicros()).isEqualTo(NOW + 1_000);
    }

    @Test
    void nobody_takes_more_than_it_wants() {
        wants = 7;
        assertThat(reserved(1).on(of(100)).taken()).isEqualTo(7);
    }

    @Test
    void few_are_called_in_at_first_and_twice_as_many_after_each_round_in_vain() {
        CounterRecord record = of(21);
        for (int micros = 5; micros <= 8; micros++) {
            record = taking(record, new ClientId(0, micros + 10), 5, false, micros);
        }
        assertThat(strictly(2).on(record).callIn()).containsExactly(at(8));
        fruitless = 1;
        assertThat(on(record).callIn()).containsExactly(at(5), at(8));
        fruitless = 0;
        ops.clear();
        assertThat(strictly(12).on(record).callIn()).containsExactly(at(5), at(6), at(8));
        ops.clear();
        assertThat(read(true).on(record).callIn()).hasSize(4);
    }
}
