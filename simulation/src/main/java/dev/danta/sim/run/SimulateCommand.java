package dev.danta.sim.run;

import dev.danta.sim.Scenario;
import dev.danta.sim.SettingsDraw;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Simulation;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.invariant.Violation;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What {@code danta simulate} does, without the reading of its options. */
public final class SimulateCommand {
    public static final int EXIT_CLEAN = 0;
    public static final int EXIT_VIOLATED = 1;

    private static final long PROGRESS_NANOS = 500_000_000L;
    private static final int WIDTH = 80;
    private static final int INDENT = 4;

    /** Longer accounts of a violation are cut; a trace ends with all of it. */
    private static final int VIOLATION_MAX = 900;

    /** With fewer seeds, that something never happened says little. */
    private static final long SEEDS_FOR_COVERAGE = 200;

    private static final long A_THOUSAND = 1_000;
    private static final long TEN_THOUSAND = 10_000;

    /** How long the first broken seed of a range is made smaller. */
    private static final Duration SHRINKING_OF_RANGE = Duration.ofSeconds(15);

    private final PrintWriter out;
    private final Status status;
    private final World world;

    /** Runs one seed; with faults that are given, or drawn if none are. */
    public interface World {
        SimResult run(SimSettings settings, long seed, @Nullable FaultSchedule faults);
    }

    /**
     * What is to be done with one seed.
     *
     * @param faults what goes wrong, or null to draw it from the seed
     * @param trace where every step is written to, or null
     * @param shrinking how long a smaller run that breaks the same rule is looked for; zero for not at all
     */
    public record One(
            long seed,
            @Nullable FaultSchedule faults,
            @Nullable Path trace,
            Duration shrinking) {}

    /** Where somebody looks while it goes on; called by several threads. */
    public interface Status {
        /** Nobody looks. */
        Status NONE = new Status() {
            @Override
            public void show(String line) {}

            @Override
            public void tell(String lines) {}

            @Override
            public void clear() {}
        };

        /** How it is going, in less than 80 characters. */
        void show(String line);

        /** Something that is not to be missed, and stays. */
        void tell(String lines);

        /** Results come. */
        void clear();
    }

    /** Results go to {@code out}. */
    public SimulateCommand(PrintWriter out, Status status) {
        this(out, status, Simulation::run);
    }

    /** As {@link #SimulateCommand(PrintWriter, Status)}, with seeds run by {@code world}. */
    public SimulateCommand(PrintWriter out, Status status, World world) {
        this.out = out;
        this.status = status;
        this.world = world;
    }

    /**
     * Runs many seeds and prints a summary; the first that breaks a rule is made smaller. Those that break one are named
     * at once, too: it may be hours to the end.
     *
     * @param workers how many seeds run at the same time
     * @return the exit code
     * @throws InterruptedException if the calling thread is interrupted
     */
    public int runSeeds(SettingsDraw draw, SeedRange seeds, int workers) throws InterruptedException {
        long start = System.nanoTime();
        AtomicLong shown = new AtomicLong(start);
        AtomicLong broken = new AtomicLong();
        SeedRange.Summary summary = seeds.run(
                seed -> {
                    SimResult result = world.run(draw.of(seed), seed, null);
                    if (!result.isClean() && broken.incrementAndGet() <= SeedRange.Summary.BROKEN_KEPT_MAX) {
                        tell(result);
                    }
                    return result;
                },
                workers,
                done -> {
                    long now = System.nanoTime();
                    long before = shown.get();
                    if (now - before >= PROGRESS_NANOS && shown.compareAndSet(before, now)) {
                        showProgress(done, seeds.size(), now - start, broken.get());
                    }
                });
        status.clear();
        for (SimResult result : summary.broken()) {
            printBroken(result);
        }
        if (summary.brokenCount() > summary.broken().size()) {
            out.println("... and " + (summary.brokenCount() - summary.broken().size()) + " more");
        }
        if (!summary.broken().isEmpty()) {
            shrink(summary.broken(), SHRINKING_OF_RANGE);
        }
        print(summary);
        out.flush();
        return summary.brokenCount() == 0 ? EXIT_CLEAN : EXIT_VIOLATED;
    }

    private void showProgress(long done, long all, long nanos, long broken) {
        long seconds = nanos / 1_000_000_000;
        status.show(String.format(
                Locale.ROOT,
                "%d of %d seeds, %d violated, %s, about %s left",
                done,
                all,
                broken,
                inWords(seconds),
                inWords((long) ((double) seconds * (all - done) / done))));
    }

    /**
     * Runs one seed, and writes down its steps or makes it smaller, as asked.
     *
     * @return the exit code
     * @throws IOException if the file cannot be written
     */
    public int runOne(SettingsDraw draw, One one) throws IOException {
        SimSettings settings = draw.of(one.seed());
        SimResult result = one.trace() == null
                ? world.run(settings, one.seed(), one.faults())
                : traced(settings, one.seed(), one.faults(), one.trace());
        out.printf(
                Locale.ROOT,
                "seed %d: %s, digest %016x%n",
                one.seed(),
                result.isClean() ? "clean" : "VIOLATED",
                result.digest());
        out.println("  " + shape(result));
        out.printf(
                Locale.ROOT,
                "  %.1f simulated seconds, %d steps%s%n",
                result.simulatedNanos() / 1e9,
                result.steps(),
                one.trace() == null ? "" : ", trace in " + one.trace());
        result.violation().ifPresent(this::print);
        if (!result.isClean() && !one.shrinking().isZero()) {
            shrink(List.of(result), one.shrinking());
        }
        out.flush();
        return result.isClean() ? EXIT_CLEAN : EXIT_VIOLATED;
    }

    private static SimResult traced(SimSettings settings, long seed, @Nullable FaultSchedule faults, Path file)
            throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file);
                PrintWriter lines = new PrintWriter(writer)) {
            SimResult result = Simulation.run(
                    settings, seed, faults, line -> lines.append(line).append('\n'));
            if (lines.checkError()) {
                throw new IOException("cannot write " + file);
            }
            return result;
        }
    }

    /** Makes the first of them smaller, and others that break the same rule, as long as there is time. */
    private void shrink(List<SimResult> broken, Duration budget) {
        status.show("looking for a smaller run that breaks the same rule");
        Shrinker.Shrunk shrunk = Shrinker.shrink(world, broken, budget);
        status.clear();
        SimResult smallest = shrunk.smallest();
        out.printf(
                Locale.ROOT,
                "smallest run found that breaks the same rule (%d tried, %s)%n",
                shrunk.runs(),
                shrunk.isFinished() ? "nothing left to try" : "time is over");
        out.println("seed " + smallest.seed() + ": " + shape(smallest));
        smallest.violation().ifPresent(this::print);
        printRepeat(smallest.commandWithFaults("seed-" + smallest.seed() + ".trace"));
    }

    private void tell(SimResult broken) {
        String kind =
                broken.violation().map(violation -> violation.kind() + ", ").orElse("");
        status.tell("seed " + broken.seed() + " VIOLATED: " + kind + shape(broken) + "\n" + repeat(broken));
    }

    private void printBroken(SimResult broken) {
        out.println("seed " + broken.seed() + " VIOLATED: " + shape(broken));
        broken.violation().ifPresent(this::print);
        printRepeat(repeat(broken));
    }

    private static String repeat(SimResult broken) {
        return broken.command("seed-" + broken.seed() + ".trace");
    }

    private void printRepeat(String command) {
        out.println("  repeat:");
        out.println(command.indent(INDENT).stripTrailing());
    }

    private static String shape(SimResult result) {
        SimSettings settings = result.settings();
        return String.format(
                Locale.ROOT,
                "%s, n = %d, %s, %s, %s in %.1f s",
                settings.scenario().label(),
                settings.replicas(),
                counted(settings.shards(), "shard"),
                counted(settings.clients(), "client"),
                counted(result.faults().faults().size(), "fault"),
                settings.faulty().toMillis() / 1e3);
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void print(SeedRange.Summary summary) {
        SeedRange seeds = summary.seeds();
        long committed = summary.coverage().ofAll("outcome Committed");
        row("seeds", seeds.first() + ".." + seeds.last() + " (" + seeds.size() + ")");
        row("violations", Long.toString(summary.brokenCount()));
        row("digest of all", String.format(Locale.ROOT, "%016x", summary.digest()));
        row("wall time", inWords(summary.realNanos() / 1_000_000_000));
        row(
                "simulated time",
                String.format(
                        Locale.ROOT,
                        "%s, %.0f times as fast",
                        inWords(summary.simulatedNanos() / 1_000_000_000),
                        summary.speed()));
        row("steps of machines", Long.toString(summary.steps()));
        row("calls answered", Long.toString(summary.coverage().ofAll("outcome ")));
        row(
                "transactions",
                committed + " committed, " + summary.coverage().ofAll("outcome Aborted") + " aborted, "
                        + summary.coverage().of("outcome Unknown") + " unknown");
        printRuns(summary);
        CoverageTable.print(summary.coverage(), out);
        TreeSet<String> expected = new TreeSet<>();
        summary.runs().keySet().forEach(kind -> expected.addAll(kind.scenario().mustHappen(kind.replicas())));
        for (SeedRange.RunKind kind : summary.runs().keySet()) {
            if (seeds.size() >= A_THOUSAND) {
                expected.addAll(kind.scenario().mustHappenInAThousand());
            }
            if (seeds.size() >= TEN_THOUSAND) {
                expected.addAll(kind.scenario().mustHappenInTenThousand());
            }
        }
        List<String> missing = summary.coverage().missing(expected);
        if (seeds.size() >= SEEDS_FOR_COVERAGE) {
            out.println(
                    missing.isEmpty()
                            ? "everything that should happen did"
                            : "never happened, so not tested by these seeds:");
            missing.forEach(what -> out.println("  " + what));
        }
    }

    /** A line for each scenario: how many seeds had one replica, three, five. */
    private void printRuns(SeedRange.Summary summary) {
        TreeMap<Scenario, StringBuilder> lines = new TreeMap<>();
        summary.runs()
                .forEach((kind, times) -> lines.computeIfAbsent(kind.scenario(), s -> new StringBuilder())
                        .append(String.format(Locale.ROOT, "n = %d: %-9d", kind.replicas(), times)));
        lines.forEach((scenario, line) ->
                row("runs of " + scenario.label(), line.toString().stripTrailing()));
    }

    private void print(Violation violation) {
        String text = violation.kind() + ": " + violation.getMessage();
        String shown = text.length() > VIOLATION_MAX ? text.substring(0, VIOLATION_MAX) + " ..." : text;
        wrapped(shown).forEach(line -> out.println("  " + line));
    }

    /** In lines that fit, broken at blanks where there are any. */
    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        String left = text;
        int width = WIDTH - INDENT;
        while (left.length() > width) {
            int blank = left.lastIndexOf(' ', width);
            int end = blank > 0 ? blank : width;
            lines.add(left.substring(0, end));
            left = left.substring(end).stripLeading();
        }
        lines.add(left);
        return lines;
    }

    private void row(String name, String value) {
        out.printf(Locale.ROOT, "%-20s %s%n", name, value);
    }

    private static String inWords(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 2 * 3_600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds < 48 * 3_600
                ? seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min"
                : seconds / 86_400 + " days " + seconds % 86_400 / 3_600 + " h";
    }
}
