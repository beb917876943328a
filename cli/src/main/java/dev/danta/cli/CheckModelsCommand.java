package dev.danta.cli;

import dev.danta.check.judge.Subject;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists what histories can be of. */
@Command(name = "models", description = "Lists the models: what is asked of each, and which options concern it.")
final class CheckModelsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        for (Subject subject : Subject.values()) {
            out.printf("%-16s %s%n%-16s %s%n", subject.label(), subject.description(), "", subject.options());
        }
        out.flush();
    }
}
