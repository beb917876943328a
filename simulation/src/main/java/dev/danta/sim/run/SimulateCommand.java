package dev.danta.sim.run;

import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Simulation;
import dev.danta.sim.invariant.Violation;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** What {@code danta simulate} does, without the reading of its options. */
public final class SimulateCommand {
    public static final int EXIT_CLEAN = 0;
    public static final int EXIT_VIOLATED = 1;

    private static final long PROGRESS_NANOS = 500_000_000L;

    /** With fewer seeds, that something never happened says little. */
    private static final long SEEDS_FOR_COVERAGE = 200;

    private final PrintWriter out;
    private final PrintWriter progress;

    /** Results go to {@code out}, a line that is rewritten again and again goes to {@code progress}. */
    public SimulateCommand(PrintWriter out, PrintWriter progress) {
        this.out = out;
        this.progress = progress;
    }

    /**
     * Runs many seeds and prints a summary.
     *
     * @param workers how many seeds run at the same time
     * @return the exit code
     * @throws InterruptedException if the calling thread is interrupted
     */
    public int runSeeds(SimSettings settings, SeedRange seeds, int workers) throws InterruptedException {
        return runSeeds(settings, seed -> Simulation.run(settings, seed), seeds, workers);
    }

    int runSeeds(SimSettings settings, LongFunction<SimResult> world, SeedRange seeds, int workers)
            throws InterruptedException {
        long start = System.nanoTime();
        AtomicLong shown = new AtomicLong(start);
        SeedRange.Summary summary = seeds.run(world, workers, done -> {
            long now = System.nanoTime();
            long before = shown.get();
            if (now - before >= PROGRESS_NANOS && shown.compareAndSet(before, now)) {
                progress.printf(
                        Locale.ROOT, "\r%d of %d seeds, %d s", done, seeds.size(), (now - start) / 1_000_000_000);
                progress.flush();
            }
        });
        progress.print("\r" + " ".repeat(60) + "\r");
        progress.flush();
        print(settings, summary);
        return summary.brokenCount() == 0 ? EXIT_CLEAN : EXIT_VIOLATED;
    }

    /**
     * Runs one seed and writes every step of it to {@code file}.
     *
     * @return the exit code
     * @throws IOException if the file cannot be written
     */
    public int runOne(SimSettings settings, long seed, Path file) throws IOException {
        SimResult result;
        try (BufferedWriter writer = Files.newBufferedWriter(file);
                PrintWriter lines = new PrintWriter(writer)) {
            result = Simulation.run(settings, seed, line -> lines.append(line).append('\n'));
            if (lines.checkError()) {
                throw new IOException("cannot write " + file);
            }
        }
        out.printf(
                Locale.ROOT,
                "seed %d: %s, digest %016x, %.1f simulated seconds, %d steps, trace in %s%n",
                seed,
                result.isClean() ? "clean" : "VIOLATED",
                result.digest(),
                result.simulatedNanos() / 1e9,
                result.steps(),
                file);
        result.violation().ifPresent(this::print);
        out.flush();
        return result.isClean() ? EXIT_CLEAN : EXIT_VIOLATED;
    }

    private void print(SimSettings settings, SeedRange.Summary summary) {
        for (SimResult broken : summary.broken()) {
            out.println("seed " + broken.seed() + " VIOLATED");
            broken.violation().ifPresent(this::print);
            out.println("  repeat: " + broken.command("seed-" + broken.seed() + ".trace"));
        }
        if (summary.brokenCount() > summary.broken().size()) {
            out.println("... and " + (summary.brokenCount() - summary.broken().size()) + " more");
        }
        SeedRange seeds = summary.seeds();
        row("scenario", settings.scenario().label());
        row("replicas", Integer.toString(settings.replicas()));
        row("shards, clients", settings.shards() + ", " + settings.clients());
        row("seeds", seeds.first() + ".." + seeds.last() + " (" + seeds.size() + ")");
        row("violations", Long.toString(summary.brokenCount()));
        row("digest of all", String.format(Locale.ROOT, "%016x", summary.digest()));
        row("steps", Long.toString(summary.steps()));
        row("simulated seconds", String.format(Locale.ROOT, "%.0f", summary.simulatedNanos() / 1e9));
        row("real seconds", String.format(Locale.ROOT, "%.1f", summary.realNanos() / 1e9));
        row("simulated by real", String.format(Locale.ROOT, "%.0f", summary.speed()));
        out.println("what happened, and how often:");
        summary.coverage().counts().forEach((what, times) -> out.printf(Locale.ROOT, "  %-40s %d%n", what, times));
        List<String> missing = summary.coverage().missing(settings.scenario().mustHappen(settings.replicas()));
        if (seeds.size() >= SEEDS_FOR_COVERAGE && !missing.isEmpty()) {
            out.println("never happened, so not tested by these seeds: " + String.join(", ", missing));
        }
        out.flush();
    }

    private void print(Violation violation) {
        out.println("  " + violation.kind() + ": " + violation.getMessage());
    }

    private void row(String name, String value) {
        out.printf(Locale.ROOT, "%-20s %s%n", name, value);
    }
}
