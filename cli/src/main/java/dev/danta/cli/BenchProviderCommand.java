package dev.danta.cli;

import dev.danta.check.CheckOptions;
import dev.danta.scenario.provider.Provider;
import dev.danta.scenario.provider.ProviderRules;
import dev.danta.scenario.provider.ProviderSize;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The provider of services on real nodes. */
@Command(
        name = "provider",
        description = {
            "Customers use services and are billed for them; their accounts are charged, small amounts relaxed within a quota, large"
                    + " ones strictly.",
            "Ends with INVARIANTS OK, or with the law that was broken and a history."
        })
final class BenchProviderCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApplicationOptions options = new ApplicationOptions();

    /** Whom the load is about. */
    enum Load {
        /** Many, by {@code --skew}. */
        STEADY,
        /** The same, but that one account takes much of it. */
        WHALE
    }

    @Option(
            names = "--mode",
            defaultValue = "steady",
            description =
                    "Whom the load is about: ${COMPLETION-CANDIDATES}; of a whale, 30 %% is one account's (default:"
                            + " ${DEFAULT-VALUE}).")
    private Load mode = Load.STEADY;

    @Option(
            names = "--accounts",
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many there are; every other one is prepaid (default: ${DEFAULT-VALUE}).")
    private int accounts = 2_000;

    @Option(
            names = "--quota",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How far below zero charges may take the others, in minor units (default: ${DEFAULT-VALUE}).")
    private long quota = 10_000;

    @Option(
            names = "--skew",
            paramLabel = "X",
            defaultValue = "0.99",
            description = "How uneven they are used, 0 for evenly (default: ${DEFAULT-VALUE}).")
    private double skew = 0.99;

    /** Clients live on, and hold for longer than any cut, so that everything that comes in and goes out can be added up. */
    @Override
    public Integer call() throws InterruptedException {
        int whalePercent = mode == Load.WHALE ? ProviderSize.WHALE_PERCENT : 0;
        ProviderSize size;
        try {
            size = new ProviderSize(accounts, quota, ProviderSize.DEFAULTS.periodMicros(), skew, whalePercent, false);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
        Provider provider = new Provider(size, ProviderRules.RIGHT, CheckOptions.defaults());
        return new ApplicationBench(options, provider, 0, List.of(1.0), spec).run();
    }
}
