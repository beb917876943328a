package dev.danta.sim.run;

import dev.danta.sim.PlannedChange;
import dev.danta.sim.SimResult;
import dev.danta.sim.kernel.Coverage;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What {@code danta simulate --cut-points} does: every point at which the driver of a change can die, one run for each. */
public final class CutPointsCommand {
    private final PrintWriter out;
    private final SimulateCommand.Status status;

    public CutPointsCommand(PrintWriter out, SimulateCommand.Status status) {
        this.out = out;
        this.status = status;
    }

    /**
     * Runs them all.
     *
     * @param seeds of all else in the runs
     * @param workers how many runs are made at the same time
     * @return the exit code
     * @throws InterruptedException if the calling thread is interrupted
     */
    public int run(List<PlannedChange.Kind> kinds, SeedRange seeds, int workers) throws InterruptedException {
        long start = System.nanoTime();
        long broken = 0;
        long runs = 0;
        for (PlannedChange.Kind kind : kinds) {
            for (long seed = seeds.first(); seed <= seeds.last(); seed++) {
                CutPoints points = new CutPoints(kind, seed);
                int count = points.count();
                runs += count;
                broken += run(points, count, workers);
            }
        }
        out.printf(
                Locale.ROOT, "%,d cut points, %,d broken, %.0f s%n", runs, broken, (System.nanoTime() - start) / 1e9);
        out.flush();
        return broken == 0 ? SimulateCommand.EXIT_CLEAN : SimulateCommand.EXIT_VIOLATED;
    }

    private long run(CutPoints points, int count, int workers) throws InterruptedException {
        String what = points.kind().label() + ", seed " + points.seed();
        SeedRange.Summary summary = new SeedRange(1, count)
                .run(
                        cut -> points.run(Math.toIntExact(cut)),
                        workers,
                        done -> status.show(what + ": " + done + " of " + count + " cut points"));
        status.clear();
        Coverage seen = summary.coverage();
        out.printf(
                Locale.ROOT,
                "%-16s %,5d cut points, %d broken; %,d drivers died, %,d changes%n",
                what + ":",
                count,
                summary.brokenCount(),
                seen.of(PlannedChange.CUT),
                seen.of("epoch change activated"));
        summary.broken().forEach(this::print);
        out.flush();
        return summary.brokenCount();
    }

    private void print(SimResult result) {
        out.println("  cut off after step " + result.coverage().of(PlannedChange.STEP) + ": "
                + result.violation()
                        .map(violation -> violation.kind() + ": " + violation.getMessage())
                        .orElse(""));
    }
}
