package dev.danta.sim.run;

import dev.danta.sim.Scenario;
import dev.danta.sim.SettingsDraw;
import dev.danta.sim.SimSettings;
import dev.danta.sim.SteadyLoad;
import dev.danta.sim.disk.Census;
import dev.danta.sim.invariant.Violation;
import java.io.PrintWriter;
import java.util.Locale;

/** What {@code danta simulate --steady} does: one long run, and a line at each tenth of it. */
public final class SteadyCommand {
    private static final int SHARDS = 2;
    private static final int CLIENTS = 16;
    private static final String ROW = "%12s %9s %9s %9s %7s %9s %6s %9s%n";

    private final PrintWriter out;

    public SteadyCommand(PrintWriter out) {
        this.out = out;
    }

    /**
     * Runs so many transactions.
     *
     * @param said replicas, shards and clients; where nothing is said 3, 2 and 16
     * @return the exit code
     */
    public int run(SettingsDraw said, long seed, long transactions) {
        SimSettings settings = new SimSettings(
                said.replicas() == null ? SimSettings.DEFAULTS.replicas() : said.replicas(),
                said.shards() == null ? SHARDS : said.shards(),
                said.clients() == null ? CLIENTS : said.clients(),
                Scenario.RING,
                SimSettings.DEFAULTS.faulty());
        out.printf(
                Locale.ROOT,
                "%d replicas of %d shards, %d clients; of each thing the most on any one disk:%n",
                settings.replicas(),
                settings.shards(),
                settings.clients());
        out.printf(
                Locale.ROOT,
                ROW,
                "transactions",
                "seconds",
                "records",
                "undecided",
                "holds",
                "log",
                "keys",
                "versions");
        out.flush();
        long start = System.nanoTime();
        SteadyLoad.Report report = SteadyLoad.run(settings, seed, transactions, this::print);
        report.violation().ifPresent(this::print);
        out.printf(
                Locale.ROOT,
                "%s: %d steps, %.0f simulated seconds in %.0f%n",
                report.result().isClean() ? "clean" : "VIOLATED",
                report.result().steps(),
                report.result().simulatedNanos() / 1e9,
                (System.nanoTime() - start) / 1e9);
        out.flush();
        return report.result().isClean() ? SimulateCommand.EXIT_CLEAN : SimulateCommand.EXIT_VIOLATED;
    }

    private void print(SteadyLoad.Row row) {
        Census most = row.most();
        out.printf(
                Locale.ROOT,
                ROW,
                row.transactions(),
                row.simulatedNanos() / 1_000_000_000,
                most.records(),
                most.undecided(),
                most.holding(),
                most.log(),
                most.keys(),
                most.versions());
        out.flush();
    }

    private void print(Violation violation) {
        out.println(violation.kind() + ": " + violation.getMessage());
    }
}
