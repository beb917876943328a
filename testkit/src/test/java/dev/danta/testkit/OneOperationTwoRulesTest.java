package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.History;
import dev.danta.check.HistoryCheck;
import dev.danta.check.Operation;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.check.model.BoundedCounterModel.Output;
import dev.danta.check.model.RegisterModel;
import dev.danta.client.BoundedCounter;
import dev.danta.client.Bounds;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Outcome;
import dev.danta.client.Spend;
import dev.danta.client.SpendResult;
import dev.danta.client.SpendRule;
import dev.danta.client.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * T2: one operation, two rules. An account is charged on both sides of a partition: small amounts of what each client holds for
 * them, large ones strictly, with an overdraft that nobody passes whatever each of them believes.
 */
@Timeout(300)
final class OneOperationTwoRulesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** What is refused at once is refused long before this. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final Key ACCOUNT = Key.of("ann");
    private static final long QUOTA = 10_000;
    private static final long SMALL = QUOTA / 100;
    private static final long HELD = 550;
    private static final long LARGE = 4_000;

    /** Small: of what is held, or else strictly. Large: strictly. */
    private static final Spend CHARGE = Spend.with(SpendRule.named("charge")
                    .strictWhen(charge -> charge.amount() > SMALL)
                    .relaxedWhen(charge -> charge.amount() <= SMALL))
            .intoAllowance()
            .deadline(DEADLINE);

    private static final Spend PAYOUT = Spend.with(SpendRule.STRICT).deadline(DEADLINE);

    private final EmbeddedCluster cluster =
            EmbeddedCluster.builder().shards(2).partitionable().build();
    private final Side many =
            new Side(cluster.clientBuilderBeside(1).deadline(PATIENCE).build());
    private final Side others =
            new Side(cluster.clientBuilderBeside(2).deadline(PATIENCE).build());
    private final Side alone =
            new Side(cluster.clientBuilderBeside(3).deadline(PATIENCE).build());
    private final List<Operation<Input, Output>> history = new ArrayList<>();
    private long deposited;
    private long taken;

    private record Side(DantaClient client, BoundedCounter balances) {
        Side(DantaClient client) {
            this(
                    client,
                    client.space("provider")
                            .boundedCounter("balances", Bounds.atLeast(0).allowance(QUOTA)));
        }
    }

    @AfterEach
    void close() {
        alone.client().close();
        others.client().close();
        many.client().close();
        cluster.close();
    }

    private SpendResult spend(Side side, long amount, Spend how) {
        long invoked = System.nanoTime();
        Input input = new Input.Spend("", amount, how.isIntoAllowance() ? QUOTA : 0);
        SpendResult result = side.balances().spend(ACCOUNT, amount, how);
        if (result.isAccepted()) {
            taken += amount;
            Mode mode = result.path() == SpendResult.Path.RELAXED ? Mode.RELAXED : Mode.STRICT;
            history.add(Operation.known(0, input, new Output.Accepted(mode), invoked, System.nanoTime()));
        } else {
            history.add(Operation.known(0, input, new Output.Limit(), invoked, System.nanoTime()));
        }
        return result;
    }

    /** Whoever was cut off may be refused until its connections are there again. */
    private SpendResult spendOnceReachable(Side side, long amount, Spend how) {
        long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return spend(side, amount, how);
            } catch (UnavailableException refused) {
                assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                assertThat(giveUpAt - System.nanoTime())
                        .as(refused.getMessage())
                        .isPositive();
                Thread.onSpinWait();
            }
        }
    }

    private void deposit(Side side, long amount) {
        long invoked = System.nanoTime();
        side.balances().gain(ACCOUNT, amount);
        deposited += amount;
        history.add(Operation.known(0, new Input.Gain("", amount), new Output.Accepted(), invoked, System.nanoTime()));
    }

    /** Nothing took effect; how long it took to say so. */
    private static Duration refusedAsUnavailable(Side side, long amount) {
        long asked = System.nanoTime();
        try {
            SpendResult result = side.balances().spend(ACCOUNT, amount, CHARGE);
            throw new AssertionError("who is cut off was answered: " + result);
        } catch (DantaException refused) {
            assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            return Duration.ofNanos(System.nanoTime() - asked);
        }
    }

    @Test
    void smallChargesGoOnUpToWhatIsHeldAndLargeOnesAreStrictOnEitherSideOfAPartition(TestReporter reporter) {
        assertThat(many.balances().holdLax(ACCOUNT, HELD)).isEqualTo(HELD);
        assertThat(alone.balances().holdLax(ACCOUNT, HELD)).isEqualTo(HELD);
        cluster.partition(3);

        List<Long> latencies = new ArrayList<>();
        long chargedAlone = 0;
        while (chargedAlone + SMALL <= HELD) {
            long asked = System.nanoTime();
            SpendResult result = spend(alone, SMALL, CHARGE);
            latencies.add(System.nanoTime() - asked);
            assertThat(result.path()).isEqualTo(SpendResult.Path.RELAXED);
            chargedAlone += SMALL;
        }
        SpendResult last = spend(alone, HELD - chargedAlone, CHARGE);
        assertThat(last.path()).as("to the last unit that is held").isEqualTo(SpendResult.Path.RELAXED);
        Duration none = refusedAsUnavailable(alone, 1);
        Duration large = refusedAsUnavailable(alone, LARGE);
        reporter.publishEntry(
                "cut off",
                "small charges took at most "
                        + TimeUnit.NANOSECONDS.toMicros(
                                latencies.stream().mapToLong(l -> l).max().orElse(0))
                        + " us; one beyond what is held was refused after " + none.toMillis()
                        + " ms, a large one after "
                        + large.toMillis() + " ms");

        deposit(many, 700);
        assertThat(spend(others, 1, PAYOUT).isAccepted())
                .as("what is held counts as spent, and a payout does not use the quota")
                .isFalse();
        deposit(others, 2 * HELD);
        assertThat(spend(many, 700, PAYOUT).isAccepted())
                .as("a deposit that was just acknowledged counts")
                .isTrue();
        assertThat(spend(others, LARGE, CHARGE).path()).isEqualTo(SpendResult.Path.STRICT);
        assertThat(spend(many, LARGE, CHARGE).isAccepted()).isTrue();
        assertThat(spend(others, LARGE, CHARGE).isAccepted())
                .as("nobody passes the quota")
                .isFalse();
        assertThat(spend(many, SMALL, CHARGE).path()).isEqualTo(SpendResult.Path.RELAXED);

        cluster.heal();
        assertThat(spendOnceReachable(alone, QUOTA - 2 * LARGE, CHARGE).isAccepted())
                .as("what is left of the quota is for everybody again")
                .isTrue();
        assertThat(spend(others, SMALL + 1, CHARGE).isAccepted()).isFalse();

        long unused = many.balances().giveBack(ACCOUNT) + alone.balances().giveBack(ACCOUNT);
        assertThat(unused).isEqualTo(HELD - SMALL);
        assertThat(others.balances().value(ACCOUNT)).isEqualTo(deposited - taken);
        BoundedCounterModel model = new BoundedCounterModel(0, 0, Long.MAX_VALUE, RegisterModel.FailedCas.DROPPED);
        assertThat(HistoryCheck.check(model, History.of(history)).isValid()).isTrue();
        assertThat(history.stream().map(Operation::output).filter(Output.Accepted.class::isInstance))
                .contains(new Output.Accepted(Mode.RELAXED), new Output.Accepted(Mode.STRICT));
    }
}
