package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.cli.campaign.ApplicationNodes;
import dev.danta.client.BoundedCounter;
import dev.danta.client.Bounds;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Outcome;
import dev.danta.client.Spend;
import dev.danta.client.SpendResult;
import dev.danta.client.SpendRule;
import dev.danta.testkit.fault.NodeProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of three node processes is cut off for twenty seconds, with a client beside it, while an account is charged on both sides
 * all the time. What comes out is printed.
 */
@Tag("long")
@Timeout(300)
final class CutOffChargesLongTest {
    private static final Duration BEFORE = Duration.ofSeconds(5);
    private static final Duration CUT = Duration.ofSeconds(20);
    private static final Duration AFTER = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Key ACCOUNT = Key.of("ann");
    private static final long QUOTA = 1_000_000;
    private static final long SMALL = 1;
    private static final long HELD = 500;
    private static final long LARGE = QUOTA / 100 + 1;

    private static final Spend CHARGE = Spend.with(SpendRule.named("charge")
                    .strictWhen(charge -> charge.amount() > QUOTA / 100)
                    .relaxedWhen(charge -> charge.amount() <= QUOTA / 100))
            .intoAllowance();

    @TempDir
    Path folder;

    /** Who charges all the time beside one of the nodes. */
    private static final class Side {
        private final DantaClient client;
        private final BoundedCounter balances;
        private final List<Long> smallNanos = new ArrayList<>();
        private final List<Long> refusedNanos = new ArrayList<>();
        private long chargedRelaxed;
        private long chargedStrictly;
        private long maybe;
        private long relaxedWhileCut;
        private long strictWhileCut;
        private int notDoneWhileCut;
        private int limits;

        Side(DantaClient client) {
            this.client = client;
            this.balances = client.space("provider")
                    .boundedCounter("balances", Bounds.atLeast(0).allowance(QUOTA));
        }

        void charge(long amount, boolean isCut) {
            long asked = System.nanoTime();
            try {
                SpendResult result = balances.spend(ACCOUNT, amount, CHARGE);
                accepted(result, amount, isCut, System.nanoTime() - asked);
            } catch (DantaException failed) {
                failed(failed, amount, isCut, System.nanoTime() - asked);
            }
        }

        private synchronized void accepted(SpendResult result, long amount, boolean isCut, long nanos) {
            if (!result.isAccepted()) {
                limits++;
            } else if (result.path() == SpendResult.Path.RELAXED) {
                chargedRelaxed += amount;
                relaxedWhileCut += isCut ? amount : 0;
                smallNanos.add(nanos);
            } else {
                chargedStrictly += amount;
                strictWhileCut += isCut ? amount : 0;
            }
        }

        private synchronized void failed(DantaException failed, long amount, boolean isCut, long nanos) {
            if (failed.outcome() != Outcome.NOT_APPLIED) {
                maybe += amount;
            } else if (isCut) {
                notDoneWhileCut++;
                if (amount == LARGE) {
                    refusedNanos.add(nanos);
                }
            }
        }
    }

    @Test
    void smallChargesGoOnUpToWhatIsHeldAndLargeOnesAreRefusedAtOnce() throws InterruptedException {
        try (ApplicationNodes nodes =
                new ApplicationNodes(folder, NodeProcesses.thisJava("dev.danta.cli.Main", 192), "cut", 3, PATIENCE)) {
            nodes.start(2);
            Side alone = new Side(nodes.connect(Duration.ofSeconds(10)));
            Side many = new Side(nodes.connect(Duration.ofSeconds(10)));
            long seen = many.balances.value(ACCOUNT) + alone.balances.value(ACCOUNT);
            assertThat(seen).isZero();

            loop(List.of(alone, many), List.of(LARGE), BEFORE, false);
            assertThat(alone.balances.holdLax(ACCOUNT, HELD)).isEqualTo(HELD);
            assertThat(many.balances.holdLax(ACCOUNT, HELD)).isEqualTo(HELD);
            nodes.cutOff(1);
            loop(List.of(alone, many), List.of(SMALL, LARGE), CUT, true);
            nodes.heal();
            System.out.println(inWords("cut off", alone) + "; " + HELD + " were held there");
            System.out.println(inWords("the others", many));
            assertThat(alone.relaxedWhileCut).isEqualTo(HELD);
            assertThat(alone.strictWhileCut).isZero();
            assertThat(alone.notDoneWhileCut).isPositive();
            assertThat(many.strictWhileCut).isPositive();
            loop(List.of(alone, many), List.of(SMALL, LARGE), AFTER, false);

            nodes.awaitEqual();
            long unused = alone.balances.giveBack(ACCOUNT) + many.balances.giveBack(ACCOUNT);
            long charged = alone.chargedRelaxed + alone.chargedStrictly + many.chargedRelaxed + many.chargedStrictly;
            long balance = many.balances.value(ACCOUNT);
            System.out.println("in the end: balance " + balance + ", charged " + charged + ", perhaps "
                    + (alone.maybe + many.maybe) + " more, given back " + unused);
            assertThat(balance).isBetween(-charged - alone.maybe - many.maybe, -charged);
            alone.client.close();
            many.client.close();
        }
    }

    /** On each side somebody charges each of these amounts again and again. */
    private static void loop(List<Side> sides, List<Long> amounts, Duration length, boolean isCut)
            throws InterruptedException {
        AtomicBoolean isOver = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (Side side : sides) {
            for (long amount : amounts) {
                Thread thread = new Thread(() -> {
                    while (!isOver.get()) {
                        side.charge(amount, isCut);
                        pause(amount == LARGE ? 500 : 5);
                    }
                });
                thread.start();
                threads.add(thread);
            }
        }
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
        isOver.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private static String inWords(String who, Side side) {
        return String.format(
                Locale.ROOT,
                "%s: relaxed %d while cut, strictly %d, not done %d, not enough %d; relaxed ones p50 %s ms p99 %s ms, large ones refused %d, p50 %s ms, the second longest %s ms, the longest %s ms",
                who,
                side.relaxedWhileCut,
                side.strictWhileCut,
                side.notDoneWhileCut,
                side.limits,
                millis(side.smallNanos, 50),
                millis(side.smallNanos, 99),
                side.refusedNanos.size(),
                millis(side.refusedNanos, 50),
                millis(
                        side.refusedNanos.stream()
                                .sorted()
                                .limit(Math.max(0, side.refusedNanos.size() - 1))
                                .toList(),
                        100),
                millis(side.refusedNanos, 100));
    }

    private static String millis(List<Long> nanos, int percentile) {
        if (nanos.isEmpty()) {
            return "-";
        }
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        return String.format(Locale.ROOT, "%.1f", sorted.get((sorted.size() - 1) * percentile / 100) / 1e6);
    }
}
