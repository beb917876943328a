package dev.danta.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayReply.Effect;
import dev.danta.wire.gateway.GatewayReply.Refused;
import dev.danta.wire.gateway.GatewayReply.Refused.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leases and bounds, on a clock that only the test moves. */
final class OpenTransactionsTest {
    private static final GatewaySettings SMALL =
            new GatewaySettings(1, 1_000, 2, 100, 150, Duration.ofSeconds(20), Duration.ofSeconds(60));

    private long millis;
    private final List<Alarm> alarms = new ArrayList<>();
    private final OpenTransactions<String> open = new OpenTransactions<>(
            7,
            SMALL,
            () -> millis * 1_000_000,
            (nanos, action) -> alarms.add(new Alarm(millis + nanos / 1_000_000, action)));

    private record Alarm(long at, Runnable action) {}

    private String begin(String what, int leaseMillis) {
        return open.begin(what, leaseMillis).transaction();
    }

    private void pass(long moreMillis) {
        millis += moreMillis;
        for (Alarm alarm : List.copyOf(alarms)) {
            if (alarm.at() <= millis) {
                alarms.remove(alarm);
                alarm.action().run();
            }
        }
    }

    private static Refused refusal(Runnable call) {
        return catchThrowableOfType(RefusedException.class, call::run).refused();
    }

    private GatewayReply commit(String name) {
        return open.commit(name, tx -> new GatewayReply.Done());
    }

    @Test
    void each_call_that_names_it_gives_it_another_lease() {
        String name = begin("tx", 1_000);
        pass(900);
        open.keepAlive(name);
        pass(900);
        assertThat(open.<String>use(name, OpenTransaction::tx)).isEqualTo("tx");
        pass(900);
        assertThat(commit(name)).isEqualTo(new GatewayReply.Done());
    }

    @Test
    void one_that_is_not_named_ends_with_its_lease_and_makes_room() {
        String name = begin("tx", 1_000);
        String other = begin("tx", 5_000);
        assertThat(refusal(() -> begin("tx", 0)))
                .isEqualTo(new Refused(
                        Kind.OVERLOADED, Effect.NOT_APPLIED, true, "this node has 2 open transactions already"));
        pass(1_000);
        assertThat(begin("tx", 0)).isNotEqualTo(other);
        assertThat(refusal(() -> open.keepAlive(name)))
                .isEqualTo(new Refused(
                        Kind.TRANSACTION_ENDED, "the transaction has ended: its lease of 1000 ms was over"));
        // Whoever commits it learns that nothing took effect.
        assertThat(commit(name))
                .isEqualTo(new Refused(
                        Kind.TRANSACTION_ENDED, "the transaction has ended: its lease of 1000 ms was over"));
    }

    @Test
    void a_lease_that_is_over_counts_though_the_timer_is_late() {
        String name = begin("tx", 1_000);
        millis += 1_000;
        assertThat(refusal(() -> open.keepAlive(name)).kind()).isEqualTo(Kind.TRANSACTION_ENDED);
    }

    @Test
    void leases_have_a_usual_and_a_greatest_length() {
        assertThat(open.begin("tx", 0).leaseMillis()).isEqualTo(10_000);
        assertThat(open.begin("tx", 1_000_000).leaseMillis()).isEqualTo(60_000);
    }

    @Test
    void nothing_keeps_one_alive_for_ever() {
        String name = begin("tx", 15_000);
        pass(14_000);
        open.keepAlive(name);
        pass(7_000);
        assertThat(refusal(() -> open.keepAlive(name)).message())
                .isEqualTo("the transaction has ended: it was older than 20 s");
    }

    @Test
    void it_takes_one_call_at_a_time_and_does_not_end_in_the_middle_of_one() {
        String name = begin("tx", 1_000);
        String read = open.use(name, taken -> {
            Refused busy = refusal(() -> open.keepAlive(name));
            assertThat(busy.kind()).isEqualTo(Kind.TRANSACTION_BUSY);
            assertThat(busy.retryable()).isTrue();
            assertThat(refusal(() -> commit(name)).kind()).isEqualTo(Kind.TRANSACTION_BUSY);
            assertThat(refusal(() -> open.rollback(name)).kind()).isEqualTo(Kind.TRANSACTION_BUSY);
            pass(5_000);
            return taken.tx();
        });
        assertThat(read).isEqualTo("tx");
        assertThat(commit(name)).isEqualTo(new GatewayReply.Done());
    }

    @Test
    void who_commits_again_gets_the_same_answer_for_a_minute() {
        String name = begin("tx", 1_000);
        GatewayReply conflict = new Refused(Kind.CONFLICT, "others were in the way");
        assertThat(refusal(() -> open.commit(name, tx -> {
                    throw new RefusedException((Refused) conflict);
                })))
                .isEqualTo(conflict);
        pass(59_000);
        assertThat(commit(name)).isEqualTo(conflict);
        pass(2_000);
        assertThat(refusal(() -> commit(name)).effect()).isEqualTo(Effect.UNKNOWN);
    }

    @Test
    void who_rolls_back_is_not_told_that_what_was_committed_has_no_effect() {
        String committed = begin("tx", 1_000);
        commit(committed);
        Refused refused = refusal(() -> open.rollback(committed));
        assertThat(refused.kind()).isEqualTo(Kind.TRANSACTION_ENDED);
        assertThat(refused.effect()).isEqualTo(Effect.APPLIED);
        assertThat(refused.message()).isEqualTo("the transaction has ended: it was committed");

        String conflicting = begin("tx", 1_000);
        refusal(() -> open.commit(conflicting, tx -> {
            throw new RefusedException(Kind.CONFLICT, "others were in the way");
        }));
        open.rollback(conflicting);
        assertThat(refusal(() -> open.keepAlive(conflicting)).message())
                .isEqualTo("the transaction has ended: its commit had no effect");

        String late = begin("tx", 1_000);
        refusal(() -> open.commit(late, tx -> {
            throw new RefusedException(new Refused(Kind.OUTCOME_UNKNOWN, Effect.UNKNOWN, false, "late"));
        }));
        Refused unknown = refusal(() -> open.rollback(late));
        assertThat(unknown.effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(unknown.message()).isEqualTo("the transaction has ended: it is not known whether it was committed");

        String over = begin("tx", 1_000);
        pass(2_000);
        open.rollback(over);
    }

    @Test
    void who_commits_again_meanwhile_is_not_told_that_nothing_takes_effect() {
        String name = begin("tx", 1_000);
        open.commit(name, tx -> {
            Refused busy = refusal(() -> commit(name));
            assertThat(busy.kind()).isEqualTo(Kind.TRANSACTION_BUSY);
            assertThat(busy.effect()).isEqualTo(Effect.UNKNOWN);
            assertThat(refusal(() -> open.rollback(name)).effect()).isEqualTo(Effect.UNKNOWN);
            return new GatewayReply.Done();
        });
    }

    @Test
    void a_bug_in_a_commit_leaves_nothing_known_of_it() {
        String name = begin("tx", 1_000);
        assertThat(catchThrowableOfType(
                        IllegalStateException.class,
                        () -> open.commit(name, tx -> {
                            throw new IllegalStateException("oh");
                        })))
                .hasMessage("oh");
        assertThat(((Refused) commit(name)).effect()).isEqualTo(Effect.UNKNOWN);
    }

    @Test
    void what_one_keeps_is_bounded_and_so_is_what_all_keep() {
        String greedy = begin("tx", 1_000);
        assertThat(refusal(() -> open.use(greedy, taken -> {
                            open.charge(taken, 60);
                            open.charge(taken, 41);
                            return 0;
                        }))
                        .kind())
                .isEqualTo(Kind.TOO_LARGE);
        String one = begin("tx", 1_000);
        String other = begin("tx", 1_000);
        assertThat(open.<Integer>use(one, taken -> {
                    open.charge(taken, 100);
                    return 1;
                }))
                .isEqualTo(1);
        Refused tooMuch = refusal(() -> open.use(other, taken -> {
            open.charge(taken, 51);
            return 0;
        }));
        assertThat(tooMuch.kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(refusal(() -> open.keepAlive(other)).kind()).isEqualTo(Kind.TRANSACTION_ENDED);
        open.rollback(one);
        String third = begin("tx", 1_000);
        assertThat(open.<Integer>use(third, taken -> {
                    open.charge(taken, 100);
                    return 3;
                }))
                .isEqualTo(3);
    }

    @Test
    void what_one_reads_that_has_ended_is_not_kept() {
        String torn = begin("tx", 1_000);
        int read = open.use(torn, taken -> {
            open.giveUp(taken, "what it had read was out of date");
            open.charge(taken, 90);
            return 90;
        });
        String next = begin("tx", 1_000);
        int more = open.use(next, taken -> {
            open.charge(taken, 100);
            return 100;
        });
        assertThat(read + more).isGreaterThan((int) SMALL.openBytesMax());
    }

    @Test
    void of_another_node_and_of_nowhere() {
        assertThat(refusal(() -> open.keepAlive("3-00")))
                .isEqualTo(new Refused(Kind.WRONG_NODE, "the transaction lives on node 3, this is node 7"));
        assertThat(refusal(() -> open.rollback("3-00")).kind()).isEqualTo(Kind.WRONG_NODE);
        assertThat(refusal(() -> open.rollback("7-00")).effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(refusal(() -> open.keepAlive("7-00")).effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(refusal(() -> open.keepAlive("nonsense")).kind()).isEqualTo(Kind.TRANSACTION_ENDED);
    }

    @Test
    void a_node_that_stops_gives_up_what_nobody_is_using() {
        String idle = begin("tx", 1_000);
        String busy = begin("tx", 1_000);
        GatewayReply reply = open.commit(busy, tx -> {
            open.close();
            return new GatewayReply.Done();
        });
        assertThat(reply).isEqualTo(new GatewayReply.Done());
        assertThat(((Refused) commit(idle)).message()).isEqualTo("the transaction has ended: the node is stopping");
        assertThat(refusal(() -> begin("tx", 0)).kind()).isEqualTo(Kind.UNAVAILABLE);
    }
}
