package dev.danta.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.client.DantaClient;
import dev.danta.client.Outcome;
import dev.danta.client.OutcomeHandle;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Transactions by hand. */
@Command(
        name = "txn",
        description = "Asks about transactions.",
        subcommands = {TxnCommand.Status.class})
final class TxnCommand {
    /** What became of one. */
    @Command(
            name = "status",
            description = {
                "Says what became of a transaction, and has it settled if whoever ran it does not.",
                "Ends with 0 if it is known whether it took effect, and with 3 if it is not: it is forgotten by now, or no"
                        + " node has heard of it."
            })
    static final class Status implements Callable<Integer> {
        private static final Duration CLOSING = Duration.ofSeconds(1);

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(
                paramLabel = "ID",
                description =
                        "The transaction's id, or the handle that an unknown outcome came with: then the outcome is"
                                + " known too if it has not reached any node.")
        private String id = "";

        @Mixin
        private ClusterCommand.At at = new ClusterCommand.At();

        @Option(
                names = "--within",
                paramLabel = "D",
                defaultValue = "10s",
                converter = Quantities.DurationConverter.class,
                description = "How long to wait for the outcome (default: ${DEFAULT-VALUE}).")
        private Duration within = Duration.ofSeconds(10);

        @Option(
                names = "--json",
                description =
                        "For programs: {\"id\": ..., \"outcome\": \"applied\", \"not_applied\" or" + " \"unknown\"}.")
        private boolean json;

        @Override
        public Integer call() {
            if (within.isZero()) {
                throw new CommandException(ExitCode.USAGE, "--within must be longer than nothing");
            }
            Outcome outcome;
            try (DantaClient client = DantaClient.builder()
                    .endpoints(at.seeds().stream().map(String::valueOf).toList())
                    .deadline(within)
                    .build()) {
                outcome = handle(client).resolve(within);
                // What is left is the spreading of what was settled, which nodes finish.
                client.close(CLOSING);
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println(json ? asJson(outcome) : inWords(outcome));
            out.flush();
            return outcome == Outcome.UNKNOWN ? ExitCode.UNDECIDED : ExitCode.OK;
        }

        private OutcomeHandle handle(DantaClient client) {
            try {
                if (!id.isEmpty()) {
                    return client.outcomeOf(id);
                }
            } catch (IllegalArgumentException e) {
                throw new CommandException(ExitCode.USAGE, notAnId(), e);
            }
            throw new CommandException(ExitCode.USAGE, notAnId());
        }

        private String notAnId() {
            return "'" + id
                    + "' is not a transaction's id or handle, such as 1700000000000000@0123456789abcdef0123456789abcdef/0.3";
        }

        private String asJson(Outcome outcome) {
            ObjectNode fields = JsonMapper.builder().build().createObjectNode();
            fields.put("id", id);
            fields.put("outcome", outcome.name().toLowerCase(Locale.ROOT));
            return fields.toString();
        }

        private String inWords(Outcome outcome) {
            return switch (outcome) {
                case APPLIED -> id + " took effect";
                case NOT_APPLIED -> id + " did not take effect and never will";
                case UNKNOWN ->
                    id + ": nobody knows; no node has heard of it, or all have forgotten it, or too few can be reached";
            };
        }
    }
}
