package dev.danta.cli;

import dev.danta.sim.PlannedChange;
import dev.danta.sim.Scenario;
import dev.danta.sim.SettingsDraw;
import dev.danta.sim.SimSettings;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.mutant.Hunt;
import dev.danta.sim.mutant.Mutant;
import dev.danta.sim.mutant.Mutants;
import dev.danta.sim.run.CutPointsCommand;
import dev.danta.sim.run.MutantCommand;
import dev.danta.sim.run.SeedRange;
import dev.danta.sim.run.SimulateCommand;
import dev.danta.sim.run.SteadyCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whole clusters in one thread each, from seeds. */
@Command(
        name = "simulate",
        description =
                "Runs whole clusters in one thread each, from seeds, with faults, and judges what their clients saw.")
final class SimulationCommand implements Callable<Integer> {
    private static final int WORKERS_MAX = 1024;
    private static final long STEADY_SEED = 1;
    private static final Duration SHRINKING = Duration.ofMinutes(1);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @ArgGroup(multiplicity = "1")
    private Seeds seeds = new Seeds();

    @Option(names = "--replicas", paramLabel = "N", description = "Of each shard: 1, 3 or 5 (default: drawn).")
    private @Nullable Integer replicas;

    @Option(names = "--shards", paramLabel = "N", description = "Over which the keys are spread (default: drawn).")
    private @Nullable Integer shards;

    @Option(names = "--clients", paramLabel = "N", description = "Client processes (default: drawn).")
    private @Nullable Integer clients;

    @Option(
            names = "--scenario",
            paramLabel = "S",
            converter = ScenarioConverter.class,
            completionCandidates = ScenarioNames.class,
            description = "What the clients do: ${COMPLETION-CANDIDATES} (default: drawn).")
    private @Nullable Scenario scenario;

    @Option(
            names = "--faulty",
            paramLabel = "D",
            converter = Quantities.DurationConverter.class,
            description = "Simulated time in which things go wrong, before everything heals (default: drawn).")
    private @Nullable Duration faulty;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Seeds run at the same time (default: one per processor).")
    private int workers = Runtime.getRuntime().availableProcessors();

    /** Many seeds, or one with its trace. */
    static final class Seeds {
        @Option(
                names = "--seeds",
                paramLabel = "A..B",
                required = true,
                converter = RangeConverter.class,
                description = "Run these, both ends included.")
        private @Nullable SeedRange range;

        @ArgGroup(exclusive = false)
        private @Nullable One one;

        @Option(
                names = "--steady",
                paramLabel = "N",
                required = true,
                description = "Run N transactions under a load that does not change, and show what replicas keep.")
        private @Nullable Long steady;

        @ArgGroup(exclusive = false)
        private @Nullable Hunted hunted;

        @ArgGroup(exclusive = false)
        private @Nullable Cuts cuts;
    }

    /** Changes of members whose driver dies at every point. */
    static final class Cuts {
        @Option(
                names = "--cut-points",
                paramLabel = "CHANGE",
                required = true,
                description =
                        "Change a shard's members and let the driver die after each of its steps, one run for each:"
                                + " replace, grow, shrink, swap, or all.")
        private String change = "";

        @Option(
                names = "--of-seeds",
                paramLabel = "A..B",
                defaultValue = "1..1",
                converter = RangeConverter.class,
                description = "What all else is drawn from (default: ${DEFAULT-VALUE}).")
        private SeedRange seeds = new SeedRange(1, 1);
    }

    /** Rules that are broken on purpose. */
    static final class Hunted {
        @Option(
                names = {"--mutant", "--mutants"},
                paramLabel = "M",
                required = true,
                description =
                        "Break one rule of the protocol and say how many seeds it takes to find that out: the name of a "
                                + "mutant, its beginning, or all.")
        private String name = "";

        @Option(
                names = "--hunts",
                paramLabel = "N",
                defaultValue = "5",
                description = "From so many starting points (default: ${DEFAULT-VALUE}).")
        private int hunts;

        @Option(
                names = "--seeds-max",
                paramLabel = "N",
                defaultValue = "5000",
                description = "Seeds tried from each (default: ${DEFAULT-VALUE}).")
        private int seedsMax;
    }

    /** One seed. */
    static final class One {
        @Option(names = "--seed", paramLabel = "S", required = true, description = "Run this one.")
        private long seed;

        @Option(names = "--trace", paramLabel = "FILE", description = "Write every step of it to this file.")
        private @Nullable Path trace;

        @Option(
                names = "--faults",
                paramLabel = "TEXT",
                converter = FaultsConverter.class,
                description = "What goes wrong, in place of what the seed draws: faults as a broken run prints them, "
                        + "between them semicolons or line ends; or none.")
        private @Nullable FaultSchedule faults;

        @Option(
                names = "--shrink",
                description = "If it breaks a rule, look for a smaller run that breaks the same one, for a minute.")
        private boolean shrink;
    }

    private static final class ScenarioNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Scenario.values()).map(Scenario::label).iterator();
        }
    }

    private static final class FaultsConverter extends WordConverter<FaultSchedule> {
        FaultsConverter() {
            super(FaultSchedule::parse);
        }
    }

    private static final class RangeConverter extends WordConverter<SeedRange> {
        RangeConverter() {
            super(SeedRange::parse);
        }
    }

    private static final class ScenarioConverter extends WordConverter<Scenario> {
        ScenarioConverter() {
            super(Scenario::named);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        SettingsDraw draw = draw();
        if (seeds.hunted != null) {
            return hunt(seeds.hunted);
        }
        if (seeds.cuts != null) {
            return cut(seeds.cuts);
        }
        try (StatusLine line = StatusLine.on(spec.commandLine().getErr())) {
            return run(draw, new SimulateCommand(spec.commandLine().getOut(), new Shown(line)));
        }
    }

    /** What the command says while it works. */
    private record Shown(StatusLine line) implements SimulateCommand.Status {
        @Override
        public void show(String text) {
            line.show(text);
        }

        @Override
        public void tell(String lines) {
            line.tell(lines);
        }

        @Override
        public void clear() {
            line.close();
        }
    }

    private Integer run(SettingsDraw draw, SimulateCommand command) throws InterruptedException {
        if (seeds.range != null) {
            return command.runSeeds(draw, seeds.range, workers);
        }
        if (seeds.steady != null) {
            return steady(draw, seeds.steady);
        }
        if (seeds.one == null) {
            throw new IllegalStateException("neither --seeds nor --seed, although one of them is required");
        }
        try {
            One one = seeds.one;
            Duration shrinking = one.shrink ? SHRINKING : Duration.ZERO;
            return command.runOne(draw, new SimulateCommand.One(one.seed, one.faults, one.trace, shrinking));
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        } catch (IOException unwritable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
        }
    }

    private Integer cut(Cuts cuts) throws InterruptedException {
        List<PlannedChange.Kind> kinds = Arrays.stream(PlannedChange.Kind.values())
                .filter(kind -> cuts.change.equals("all") || cuts.change.equals(kind.label()))
                .toList();
        if (kinds.isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE, "'" + cuts.change + "' is no change: replace, grow, shrink, swap or all");
        }
        try (StatusLine line = StatusLine.on(spec.commandLine().getErr())) {
            return new CutPointsCommand(spec.commandLine().getOut(), new Shown(line)).run(kinds, cuts.seeds, workers);
        }
    }

    private Integer steady(SettingsDraw draw, long transactions) {
        if (draw.scenario() != null || draw.faulty() != null) {
            throw new CommandException(ExitCode.USAGE, "a steady load has a scenario and faults of its own");
        }
        try {
            return new SteadyCommand(spec.commandLine().getOut()).run(draw, STEADY_SEED, transactions);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private Integer hunt(Hunted hunted) throws InterruptedException {
        try (StatusLine line = StatusLine.on(spec.commandLine().getErr())) {
            List<Mutant> mutants =
                    "all".equalsIgnoreCase(hunted.name) ? Mutants.all() : List.of(Mutants.named(hunted.name));
            List<Mutant> asAsked = mutants.stream()
                    .map(mutant -> new Mutant(
                            mutant.name(),
                            mutant.breaks(),
                            asAsked(mutant.settings()),
                            mutant.parts(),
                            mutant.directed()))
                    .toList();
            return new MutantCommand(spec.commandLine().getOut(), new Shown(line))
                    .run(asAsked, new Hunt(hunted.hunts, hunted.seedsMax, workers));
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** What was said on the command line goes before what a mutant is usually hunted with. */
    private SimSettings asAsked(SimSettings usual) {
        return new SimSettings(
                replicas == null ? usual.replicas() : replicas,
                shards == null ? usual.shards() : shards,
                clients == null ? usual.clients() : clients,
                scenario == null ? usual.scenario() : scenario,
                faulty == null ? usual.faulty() : faulty);
    }

    private SettingsDraw draw() {
        if (workers < 1 || workers > WORKERS_MAX) {
            throw new CommandException(ExitCode.USAGE, "workers must be 1 to " + WORKERS_MAX + ": " + workers);
        }
        try {
            return new SettingsDraw(replicas, shards, clients, scenario, faulty);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }
}
