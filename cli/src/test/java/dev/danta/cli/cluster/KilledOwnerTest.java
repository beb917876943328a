package dev.danta.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.client.BoundedCounter;
import dev.danta.client.Bounds;
import dev.danta.client.CounterEstimate;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Spend;
import dev.danta.client.SpendResult;
import dev.danta.client.SpendRule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A client's process is killed while it spends of what it holds: what it was told that it had spent counts, the rest is everybody's
 * when the lease is over, and what it held lax counts as spent.
 */
@Tag("long")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class KilledOwnerTest {
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long UNITS = 10_000;
    private static final long HELD_LAX = 40;
    private static final Key SHOE = Key.of("shoe");
    private static final int ENOUGH = 100;

    /** The process that is killed: it says after each spend how much it has spent. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] endpoints) {
            try (DantaClient client = client(List.of(endpoints))) {
                stock(client).gain(SHOE, UNITS);
                budget(client).holdLax(SHOE, HELD_LAX);
                Spend reserved = Spend.with(SpendRule.RESERVED);
                long spent = 0;
                while (spent < UNITS / 2) {
                    SpendResult result = stock(client).spend(SHOE, 1, reserved);
                    spent += result.isAccepted() ? 1 : 0;
                    System.out.println(spent + " " + result.path());
                }
            }
        }
    }

    private static DantaClient client(List<String> endpoints) {
        return DantaClient.builder()
                .endpoints(endpoints)
                .deadline(PATIENCE)
                .counterLease(LEASE)
                .laxLease(LEASE)
                .build();
    }

    private static BoundedCounter stock(DantaClient client) {
        return client.space("shop").boundedCounter("stock", Bounds.atLeast(0));
    }

    private static BoundedCounter budget(DantaClient client) {
        return client.space("shop").boundedCounter("budget", Bounds.atLeast(0).allowance(100));
    }

    @Test
    void theRestOfWhatItHeldIsThereForOthersWhenItsLeaseIsOver() throws InterruptedException, IOException {
        try (ProcessCluster cluster = ProcessCluster.start(3);
                DantaClient other = client(cluster.endpoints())) {
            long told = spendUntilKilled(cluster.endpoints());
            long killedNanos = System.nanoTime();

            CounterEstimate first = stock(other).estimate(SHOE);
            assertThat(first.atMost()).as("it still holds some").isGreaterThan(first.atLeast());
            long overNanos = killedNanos + LEASE.plus(GRACE).toNanos();
            TimeUnit.NANOSECONDS.sleep(overNanos - System.nanoTime());
            CounterEstimate then = stock(other).estimate(SHOE);
            assertThat(then.atMost()).as("nobody holds anything").isEqualTo(then.atLeast());
            assertThat(then.atLeast())
                    .as("one spend may have been under way")
                    .isBetween(UNITS - told - 1, UNITS - told);
            SpendResult rest = stock(other).spend(SHOE, UNITS - told - 1, Spend.with(SpendRule.RESERVED));
            assertThat(rest.isAccepted()).isTrue();
            assertThat(budget(other).value(SHOE)).isEqualTo(-HELD_LAX);
        }
    }

    /** How much it had said that it had spent, of an allotment at last. */
    private static long spendUntilKilled(List<String> endpoints) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName()));
        command.addAll(endpoints);
        Process owner = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long told = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told = Long.parseLong(line.substring(0, line.indexOf(' ')));
                if (told >= ENOUGH && line.endsWith("RESERVED")) {
                    // What it has written is still to be read, which the process itself would not allow.
                    owner.toHandle().destroyForcibly();
                }
            }
        } finally {
            owner.destroyForcibly();
            owner.waitFor();
        }
        return told;
    }
}
