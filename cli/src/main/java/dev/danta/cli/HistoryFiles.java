package dev.danta.cli;

import dev.danta.check.MalformedHistoryException;
import dev.danta.check.history.HistoryInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The files that a command line names. */
final class HistoryFiles {
    static final String STDIN = "-";

    private static final List<String> ENDINGS = List.of(".jsonl", ".json", ".edn", ".ndjson");

    private HistoryFiles() {}

    /**
     * Those that were named; of a folder, all below it whose names are those of histories, in their order.
     *
     * @throws ParameterException if nothing was named
     */
    static List<String> of(List<String> named, CommandLine command) {
        if (named.isEmpty()) {
            throw new ParameterException(command, "which histories? Name files or folders, or - for standard input");
        }
        List<String> files = new ArrayList<>();
        for (String name : named) {
            if (name.equals(STDIN) || !Files.isDirectory(Path.of(name))) {
                files.add(name);
                continue;
            }
            List<String> below = below(Path.of(name));
            if (below.isEmpty()) {
                throw new CommandException(
                        ExitCode.USAGE, name + ": no histories in this folder (" + String.join(", ", ENDINGS) + ")");
            }
            files.addAll(below);
        }
        return files;
    }

    private static List<String> below(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(HistoryFiles::isHistory)
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unreadable), unreadable);
        }
    }

    private static boolean isHistory(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String plain = lower.endsWith(".gz") ? lower.substring(0, lower.length() - 3) : lower;
        return ENDINGS.stream().anyMatch(plain::endsWith);
    }

    /** What is done with a history. */
    @FunctionalInterface
    interface Reading<T> {
        /** Reads it. */
        T of(HistoryInput input) throws IOException;
    }

    /**
     * Opens one of them, and closes it when it has been read.
     *
     * @throws CommandException if it is no history, or cannot be read
     */
    static <T> T read(String file, Reading<T> reading) {
        try (HistoryInput input = open(file)) {
            return reading.of(input);
        } catch (MalformedHistoryException malformed) {
            throw new CommandException(ExitCode.USAGE, file + ": " + malformed.getMessage(), malformed);
        } catch (IOException unusable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unusable), unusable);
        }
    }

    /** Opens one of them. */
    static HistoryInput open(String file) throws IOException {
        return file.equals(STDIN) ? HistoryInput.open(System.in) : HistoryInput.open(Path.of(file));
    }
}
