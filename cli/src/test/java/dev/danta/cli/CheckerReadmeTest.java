package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the README of the checker shows on a command line happens: its files are written, its commands run in their order, and
 * each prints what stands below it, up to {@code ...}, and ends with the exit code that stands beside it.
 */
final class CheckerReadmeTest {
    private static final Path README = Path.of("../linearizability-checker/README.md");
    private static final Pattern COMMAND = Pattern.compile("\\$ danta (.*?)(?:   # exit code (\\d))?");
    private static final Pattern FILE = Pattern.compile("[\\w-]+\\.(edn|jsonl|jsonl\\.gz|json|html|xml)");

    @TempDir
    Path folder;

    /** A command with what it is said to do. */
    private record Shown(List<String> arguments, int exitCode, List<String> lines) {}

    @Test
    void everyCommandDoesWhatItIsSaidToDo() throws IOException {
        List<Shown> commands = commands();
        assertThat(commands).hasSizeGreaterThan(8);
        for (Shown shown : commands) {
            Danta danta = Danta.run(shown.arguments().stream()
                    .map(argument -> FILE.matcher(argument).matches()
                            ? folder.resolve(argument).toString()
                            : argument)
                    .toArray(String[]::new));

            assertThat(danta.exitCode()).as("%s: %s", shown, danta.err()).isEqualTo(shown.exitCode());
            assertThat(danta.err()).as("%s", shown).isEmpty();
            agrees(shown, danta.out().replace(folder + "/", "").lines().toList());
        }
    }

    private static void agrees(Shown shown, List<String> printed) {
        List<String> expected = shown.lines();
        if (!expected.isEmpty() && expected.get(expected.size() - 1).equals("...")) {
            expected = expected.subList(0, expected.size() - 1);
            assertThat(printed).as("%s", shown).hasSizeGreaterThan(expected.size());
            printed = printed.subList(0, expected.size());
        }
        assertThat(printed).as("%s", shown).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            String line = timeless(expected.get(i));
            String real = timeless(printed.get(i));
            if (line.endsWith(" ...")) {
                assertThat(real).startsWith(line.substring(0, line.length() - 3));
            } else {
                assertThat(real).isEqualTo(line);
            }
        }
    }

    private static String timeless(String line) {
        return line.replaceAll("\\d+ ms", "N ms");
    }

    /** The commands of the page; its files are written. */
    private List<Shown> commands() throws IOException {
        List<Shown> commands = new ArrayList<>();
        Iterator<String> lines = Files.readAllLines(README).iterator();
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith("```edn ")) {
                Files.write(folder.resolve(line.substring(7)), block(lines), StandardCharsets.UTF_8);
            } else if (line.equals("```console")) {
                for (String shown : block(lines)) {
                    Matcher command = COMMAND.matcher(shown);
                    if (command.matches()) {
                        int exitCode = command.group(2) == null ? 0 : Integer.parseInt(command.group(2));
                        commands.add(new Shown(List.of(command.group(1).split(" ", -1)), exitCode, new ArrayList<>()));
                    } else {
                        commands.get(commands.size() - 1).lines().add(shown);
                    }
                }
            }
        }
        return commands;
    }

    private static List<String> block(Iterator<String> lines) {
        List<String> block = new ArrayList<>();
        for (String line = lines.next(); !line.equals("```"); line = lines.next()) {
            block.add(line);
        }
        return block;
    }
}
