package dev.danta.cli;

import dev.danta.check.CheckOptions;
import dev.danta.scenario.pool.Pool;
import dev.danta.scenario.pool.PoolSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The capacity pool on real nodes. */
@Command(
        name = "pool",
        description = {
            "Units of many pools are asked for, reserved and released, in strict transactions, while their limits change; the"
                    + " load rises to sixty times the usual and comes back.",
            "Ends with INVARIANTS OK, or with the law that was broken and a history."
        })
final class BenchPoolCommand implements Callable<Integer> {
    private static final double RATE = 100;
    private static final List<Double> STEPS = List.of(1.0, 2.5, 10.0, 60.0, 1.0);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApplicationOptions options = new ApplicationOptions();

    @Option(
            names = "--pools",
            paramLabel = "ZONESxDAYS",
            defaultValue = "50x10",
            description = "How many there are (default: ${DEFAULT-VALUE}).")
    private String pools = "50x10";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Units of each at first (default: ${DEFAULT-VALUE}).")
    private long limit = 20;

    @Option(
            names = "--skew",
            defaultValue = "zipf",
            description = "Which of them are asked for: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private PoolSettings.Skew skew = PoolSettings.Skew.ZIPF;

    @Override
    public Integer call() throws InterruptedException {
        return new ApplicationBench(options, new Pool(settings(), CheckOptions.defaults()), RATE, STEPS, spec).run();
    }

    private PoolSettings settings() {
        List<String> parts = List.of(pools.split("x", -1));
        try {
            if (parts.size() == 2) {
                return new PoolSettings(
                        Integer.parseInt(parts.get(0)),
                        Integer.parseInt(parts.get(1)),
                        limit,
                        skew,
                        PoolSettings.TRUE_WITHIN);
            }
        } catch (NumberFormatException wrong) {
            throw new CommandException(ExitCode.USAGE, complaint(), wrong);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
        throw new CommandException(ExitCode.USAGE, complaint());
    }

    private String complaint() {
        return "'" + pools + "' is no number of zones and days, such as 50x10";
    }
}
