package dev.danta.cli;

import dev.danta.check.generate.Fault;
import dev.danta.check.generate.Generated;
import dev.danta.check.generate.GeneratorSettings;
import dev.danta.check.generate.HistoryGenerator;
import dev.danta.check.judge.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes random histories. */
@Command(
        name = "generate",
        description =
                "Makes a random history, valid or with one fault, and writes it as JSON Lines. The same options give"
                        + " the same history.")
final class CheckGenerateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--model",
            paramLabel = "M",
            required = true,
            converter = SubjectOptions.SubjectConverter.class,
            description = "What it is of: see 'danta check models'.")
    private Subject subject = Subject.REGISTER;

    @Option(
            names = {"--operations", "--ops"},
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many operations (default: ${DEFAULT-VALUE}).")
    private int operations;

    @Option(
            names = {"--clients", "--processes"},
            paramLabel = "N",
            defaultValue = "10",
            description = "How many clients at a time (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many objects, lists or accounts (default: ${DEFAULT-VALUE}).")
    private int keys;

    @Option(
            names = "--unknown",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many of a thousand operations end without an answer (default: ${DEFAULT-VALUE}).")
    private int unknown;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--break",
            paramLabel = "FAULT",
            defaultValue = "none",
            description = "What goes wrong, once: stale, an answer out of the past; lost, a change without effect;"
                    + " phantom, an answer out of nowhere; or none (default: ${DEFAULT-VALUE}).")
    private Fault fault = Fault.NONE;

    @Option(
            names = "--out",
            paramLabel = "OUT",
            description = "Where to, compressed if named .gz (default: standard output).")
    private @Nullable Path out;

    @Override
    public Integer call() {
        GeneratorSettings settings;
        try {
            settings = new GeneratorSettings(operations, clients, keys, unknown, seed, fault);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
        Generated<?, ?> generated = HistoryGenerator.generate(subject, settings);
        try {
            if (out == null) {
                generated.write(System.out);
                System.out.flush();
            } else {
                generated.write(out);
                spec.commandLine()
                        .getOut()
                        .println(out + ": " + generated.history().size() + " operations of " + subject.label());
            }
        } catch (IOException unwritable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
        }
        return ExitCode.OK;
    }
}
