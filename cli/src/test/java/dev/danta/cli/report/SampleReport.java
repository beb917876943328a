package dev.danta.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A made-up demo, the same for the same seed. */
final class SampleReport {
    private SampleReport() {}

    static DemoReport of(long seed, int units, int buyers) {
        SplittableRandom random = new SplittableRandom(seed);
        long second = 1_000_000_000L;
        SaleRound relaxed = round(
                random, "relaxed", units, buyers, units * 6, 2 * second, null, "oversold <by> " + units * 5, false);
        SaleRound reserved =
                round(random, "reserved", units, buyers, units, second, null, "exact, history VALID", true);
        SaleRound strict = round(
                random,
                "strict",
                units,
                buyers,
                units,
                7 * second,
                new Outage("node 2", 18 * second / 10, 39 * second / 10),
                "exact, history VALID",
                true);
        return new DemoReport(
                "2026-11-21 02:10 UTC",
                seed,
                3,
                4,
                64,
                relaxed,
                reserved,
                strict,
                "VALID (5001 operations, 1 of 1 partitions decided, 8123 configurations, 41 ms)",
                "danta-demo & history.jsonl",
                "danta demo --seed " + seed,
                "4 cores, 23 GiB, Linux 6.1 amd64, OpenJDK 17.0.15",
                List.of(
                        new DemoReport.Command("danta check danta-demo-history.jsonl", "judge the history again"),
                        new DemoReport.Command(
                                "danta bench transfer --local --clients 64", "measure transfers between accounts"),
                        new DemoReport.Command("danta simulate --seeds 0..999", "a thousand clusters in one thread")));
    }

    private static SaleRound round(
            SplittableRandom random,
            String name,
            int units,
            int buyers,
            int sales,
            long elapsed,
            Outage outage,
            String verdict,
            boolean good) {
        List<SaleRound.Answer> answers = new ArrayList<>();
        int sold = Math.min(sales, buyers);
        for (int i = 0; i < buyers; i++) {
            boolean bought = i < sold;
            double share = bought ? Math.pow((i + 1.0) / sold, 0.9) * 0.8 : 0.8 + 0.2 * (i - sold) / buyers;
            long at = (long) (elapsed * Math.min(1, share));
            boolean down = outage != null && at > outage.fromNanos() && at < outage.toNanos();
            double wait = Math.exp(random.nextDouble() * 2.4) * (bought ? 9 : 1.6) * (down ? 2.4 : 1);
            answers.add(new SaleRound.Answer(at, (long) (wait * 1_000_000), bought));
        }
        return new SaleRound(
                name, units, buyers, answers, elapsed, good ? 18_734 : 0, good ? 11 : 0, 0, outage, verdict, good);
    }
}
