package dev.danta.cli;

import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import dev.danta.sim.run.SeedRange;
import dev.danta.sim.run.SimulateCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Whole clusters in one thread each, from seeds. */
@Command(
        name = "simulate",
        description =
                "Runs whole clusters in one thread each, from seeds, with faults, and judges what their clients saw.")
final class SimulationCommand implements Callable<Integer> {
    private static final int WORKERS_MAX = 1024;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @ArgGroup(multiplicity = "1")
    private Seeds seeds = new Seeds();

    @Option(names = "--replicas", paramLabel = "N", description = "Of each shard: 1, 3 or 5 (default: 3).")
    private int replicas = SimSettings.DEFAULTS.replicas();

    @Option(names = "--shards", paramLabel = "N", description = "Over which the keys are spread (default: 2).")
    private int shards = SimSettings.DEFAULTS.shards();

    @Option(names = "--clients", paramLabel = "N", description = "Client processes (default: 4).")
    private int clients = SimSettings.DEFAULTS.clients();

    @Option(
            names = "--scenario",
            paramLabel = "S",
            converter = ScenarioConverter.class,
            description = "What the clients do: register, transfer, sale, counter, lww or mix (default: mix).")
    private Scenario scenario = SimSettings.DEFAULTS.scenario();

    @Option(
            names = "--faulty",
            paramLabel = "D",
            converter = Quantities.DurationConverter.class,
            description = "Simulated time in which things go wrong, before everything heals (default: 20s).")
    private Duration faulty = SimSettings.DEFAULTS.faulty();

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
    }

    /** One seed. */
    static final class One {
        @Option(names = "--seed", paramLabel = "S", required = true, description = "Run this one ...")
        private long seed;

        @Option(
                names = "--trace",
                paramLabel = "FILE",
                required = true,
                description = "... and write every step of it to this file.")
        private Path trace = Path.of("");
    }

    private static final class RangeConverter implements ITypeConverter<SeedRange> {
        @Override
        public SeedRange convert(String text) {
            try {
                return SeedRange.parse(text);
            } catch (IllegalArgumentException wrong) {
                throw new TypeConversionException(wrong.getMessage());
            }
        }
    }

    private static final class ScenarioConverter implements ITypeConverter<Scenario> {
        @Override
        public Scenario convert(String text) {
            try {
                return Scenario.named(text);
            } catch (IllegalArgumentException wrong) {
                throw new TypeConversionException(wrong.getMessage());
            }
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        SimSettings settings = settings();
        SimulateCommand command = new SimulateCommand(
                spec.commandLine().getOut(), spec.commandLine().getErr());
        if (seeds.range != null) {
            return command.runSeeds(settings, seeds.range, workers);
        }
        if (seeds.one == null) {
            throw new IllegalStateException("neither --seeds nor --seed, although one of them is required");
        }
        try {
            return command.runOne(settings, seeds.one.seed, seeds.one.trace);
        } catch (IOException unwritable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
        }
    }

    private SimSettings settings() {
        if (workers < 1 || workers > WORKERS_MAX) {
            throw new CommandException(ExitCode.USAGE, "workers must be 1 to " + WORKERS_MAX + ": " + workers);
        }
        try {
            return SimSettings.DEFAULTS
                    .withReplicas(replicas)
                    .withShards(shards)
                    .withClients(clients)
                    .withScenario(scenario)
                    .withFaulty(faulty);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }
}
