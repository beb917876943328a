package dev.danta.cli;

import dev.danta.check.CheckOptions;
import dev.danta.scenario.Application;
import dev.danta.scenario.factory.Factory;
import dev.danta.scenario.factory.Size;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The automated warehouse on real nodes. */
@Command(
        name = "factory",
        description = {
            "A warehouse takes orders of several items, picks, receives, moves and loses goods; or sells a few units to many"
                    + " buyers at once; or hands units round.",
            "Ends with INVARIANTS OK, or with the law that was broken and a history."
        })
final class BenchFactoryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApplicationOptions options = new ApplicationOptions();

    /** What there is to do. */
    enum Load {
        STEADY,
        FLASH,
        RING
    }

    @Option(
            names = "--mode",
            defaultValue = "steady",
            description = "What there is to do: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Load mode = Load.STEADY;

    @Option(
            names = "--units",
            paramLabel = "N",
            defaultValue = "500",
            description = "Of a flash sale (default: ${DEFAULT-VALUE}).")
    private long units = 500;

    @Option(
            names = "--buyers",
            paramLabel = "N",
            defaultValue = "5000",
            description =
                    "Of one unit each; when all have been served the next sale begins (default: ${DEFAULT-VALUE}).")
    private long buyers = 5_000;

    @Option(
            names = "--places",
            paramLabel = "N",
            defaultValue = "7",
            description = "Of the ring (default: ${DEFAULT-VALUE}).")
    private int places = 7;

    @Override
    public Integer call() throws InterruptedException {
        if (units < 1 || buyers < 1 || places < 2) {
            throw new CommandException(ExitCode.USAGE, "a sale has units and buyers, and a ring two places");
        }
        return new ApplicationBench(options, application(), 0, List.of(1.0), spec).run();
    }

    private Application application() {
        return switch (mode) {
            case STEADY -> Factory.steady(Size.DAY);
            case FLASH -> Factory.flash(units, buyers, Integer.MAX_VALUE, false, CheckOptions.defaults());
            case RING -> Factory.ring(places);
        };
    }
}
