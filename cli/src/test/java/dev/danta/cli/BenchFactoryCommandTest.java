package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A few seconds of a sale on real processes; sixty of each mode are the real thing. */
@Timeout(240)
final class BenchFactoryCommandTest {
    @Test
    void eachUnitIsSoldOnceWhileANodeIsKilledAndOneIsCutOff() {
        Danta bench =
                Danta.run(("bench factory --mode flash --duration 6s --users 8 --instances 4 --units 40 --buyers 200"
                                + " --heap 128 --shards 2 --kill 1s --cut 1s --deadline 2s")
                        .split(" "));

        assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
        assertThat(bench.out().lines())
                .anyMatch(line -> line.startsWith("buy "))
                .anyMatch(line -> line.startsWith("buy-with-ticket"))
                .anyMatch(line -> line.startsWith("buy-under-key"))
                .anyMatch(line -> line.contains("is killed"))
                .anyMatch(line -> line.contains("is cut off"))
                .last()
                .asString()
                .matches(
                        "INVARIANTS OK: sold 40 of 40 in each of \\d+ sales, \\d+ of them after the load; 0 unknown, of \\d+ at"
                                + " first; of \\d+ who asked again nobody was told both yes and no");
    }

    @Test
    void theOtherModesKeepTheirLaws() {
        for (String mode : List.of("steady", "ring")) {
            Danta bench = Danta.run(
                    ("bench factory --mode " + mode + " --duration 3s --users 6 --instances 3 --heap 128 --shards 2")
                            .split(" "));

            assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
            assertThat(bench.out().lines())
                    .anyMatch(line -> line.startsWith("move "))
                    .last()
                    .isEqualTo("INVARIANTS OK");
        }
    }

    @Test
    void nonsenseIsAUsageErrorBeforeAnythingStarts() {
        for (String line : List.of("--mode fast", "--units 0", "--buyers 0", "--places 1", "--users 0")) {
            Danta wrong = Danta.run(("bench factory " + line).split(" "));

            assertThat(wrong.exitCode()).as(line + wrong.out() + wrong.err()).isEqualTo(2);
        }
    }
}
