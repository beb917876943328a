package dev.danta.cli;

import dev.danta.check.judge.Subject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists what histories can be of. */
@Command(name = "models", description = "Lists the models: what is asked of each, and which options concern it.")
final class CheckModelsCommand implements Runnable {
    private static final int WIDTH = 80 - 17;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        for (Subject subject : Subject.values()) {
            String first = subject.label();
            for (String text : List.of(subject.description(), subject.options())) {
                for (String line : wrapped(text)) {
                    out.printf("%-16s %s%n", first, line);
                    first = "";
                }
            }
        }
        out.flush();
    }

    /** In lines that fit beside the names. */
    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() >= WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
