package dev.danta.cli;

import dev.danta.bench.KeyValueWorkload;
import dev.danta.bench.Operation;
import dev.danta.bench.SaleWorkload;
import dev.danta.bench.TransferWorkload;
import dev.danta.bench.Workload;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Groups the workloads. */
@Command(
        name = "bench",
        description = "Applies load and measures it, in closed loops.",
        synopsisSubcommandLabel = "WORKLOAD",
        subcommands = {
            BenchCommand.Transfer.class,
            BenchCommand.KeyValue.class,
            BenchCommand.Sale.class,
            BenchStockCommand.class,
            BenchFactoryCommand.class,
            BenchPoolCommand.class,
            BenchProviderCommand.class,
            BenchCampaignCommand.class,
            BenchListsCommand.class,
            BenchDeadlinesCommand.class,
            BenchStoppedCommand.class,
            BenchCheckerCommand.class
        })
final class BenchCommand {
    private static final int PERCENT = 100;

    /** Of operations, where who reads what is judged. */
    private static final int READS_CHECKED = 10;

    private static Workload checked(Supplier<Workload> making) {
        try {
            return making.get();
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** Two keys read, both written: one strict transaction. */
    @Command(
            name = "transfer",
            description = "Moves money between two accounts in a strict transaction; the sum stays.")
    static final class Transfer implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private BenchOptions options = new BenchOptions();

        @Option(
                names = "--accounts",
                paramLabel = "N",
                defaultValue = "100000",
                description = "How many there are (default: ${DEFAULT-VALUE}).")
        private int accounts;

        @Option(
                names = "--reads",
                paramLabel = "PERCENT",
                description = "Share of operations that read " + TransferWorkload.READ_ACCOUNTS
                        + " accounts in one transaction (default: 0, with --check " + READS_CHECKED + ").")
        private @Nullable Integer reads;

        @Override
        public Integer call() throws Exception {
            int share = reads != null ? reads : options.isChecked() ? READS_CHECKED : 0;
            return new BenchRun(options, checked(() -> new TransferWorkload(accounts, share)), spec).run();
        }
    }

    /** Single keys. */
    @Command(name = "kv", description = "Reads, writes and conditionally updates single keys.")
    static final class KeyValue implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private BenchOptions options = new BenchOptions();

        @Option(
                names = "--keys",
                paramLabel = "N",
                defaultValue = "100000",
                description = "How many there are (default: ${DEFAULT-VALUE}).")
        private int keys;

        @Option(
                names = "--mode",
                defaultValue = "strict",
                description = "strict transactions, or a relaxed table read at one replica: ${COMPLETION-CANDIDATES}"
                        + " (default: ${DEFAULT-VALUE}).")
        private Operation.Mode mode = Operation.Mode.STRICT;

        @Option(
                names = "--mix",
                paramLabel = "GET/PUT/CAS",
                description = "Shares in percent (default: 50/25/25, relaxed 50/50/0).")
        private String mix = "";

        @Override
        public Integer call() throws Exception {
            return new BenchRun(options, checked(this::workload), spec).run();
        }

        private Workload workload() {
            String given = mix.isEmpty() ? mode == Operation.Mode.STRICT ? "50/25/25" : "50/50/0" : mix;
            String[] shares = given.split("/", -1);
            try {
                int get = Integer.parseInt(shares[0]);
                int put = Integer.parseInt(shares[1]);
                if (shares.length == 3 && get + put + Integer.parseInt(shares[2]) == PERCENT) {
                    return new KeyValueWorkload(keys, mode, get, put);
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException wrong) {
                throw new CommandException(ExitCode.USAGE, complaint(given), wrong);
            }
            throw new CommandException(ExitCode.USAGE, complaint(given));
        }

        private static String complaint(String given) {
            return "'" + given + "' is not a mix: three percentages that make 100, such as 50/25/25";
        }
    }

    /** One hot key. */
    @Command(name = "sale", description = "Takes unit after unit of one article: every client wants the same key.")
    static final class Sale implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private BenchOptions options = new BenchOptions();

        @Option(
                names = "--units",
                paramLabel = "N",
                defaultValue = "1000000000",
                description = "The stock at first (default: ${DEFAULT-VALUE}).")
        private long units;

        @Override
        public Integer call() throws Exception {
            return new BenchRun(options, checked(() -> new SaleWorkload(units)), spec).run();
        }
    }
}
