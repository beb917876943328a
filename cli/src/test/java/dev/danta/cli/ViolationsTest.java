package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of violations of different kinds, to the letter. How it is renewed is in the README beside them. */
final class ViolationsTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "violations");
    private static final boolean RENEW = Boolean.getBoolean("danta.golden.renew");
    /** As many operations as a person looks at. */
    private static final int MINIMAL_MAX = 12;

    private static final Pattern ENOUGH = Pattern.compile("  (\\d+) of \\d+ operations");

    @TempDir
    Path scratch;

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jsonl"))
                    .map(name -> name.substring(0, name.length() - ".jsonl".length()))
                    .sorted()
                    .toList();
        }
    }

    private static String history(String name) {
        return FOLDER.resolve(name + ".jsonl").toString();
    }

    @ParameterizedTest
    @MethodSource("names")
    void theExplanationIsAsBefore(String name) throws IOException {
        Path svg = scratch.resolve("cycle.svg");
        Danta danta = Danta.run("check", "explain", "--svg", svg.toString(), history(name));

        assertThat(danta.exitCode()).isEqualTo(1);
        assertThat(danta.out()).startsWith("INVALID");
        assertGolden(name + ".explain.txt", danta.out());
        assertThat(Files.exists(svg)).isEqualTo(danta.err().isEmpty());
        if (Files.exists(svg)) {
            assertGolden(name + ".svg", Files.readString(svg));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theSmallestPartIsAsBeforeAndFitsIntoADozenOperations(String name) throws IOException {
        Danta danta = Danta.run("check", "min", "--within", "60s", history(name));

        Matcher enough = ENOUGH.matcher(danta.out());
        assertThat(enough.find()).as(danta.out()).isTrue();
        assertThat(Integer.parseInt(enough.group(1))).isLessThanOrEqualTo(MINIMAL_MAX);
        assertGolden(name + ".min.txt", danta.out());
    }

    @Test
    void theVerdictsForProgramsAreAsBefore() throws IOException {
        Path json = scratch.resolve("verdicts.json");
        Path junit = scratch.resolve("junit.xml");
        // With more than one, how many keys are judged before the first that is not valid is a matter of luck.
        List<String> command = new ArrayList<>(
                List.of("check", "--threads", "1", "--json", json.toString(), "--junit", junit.toString()));
        names().forEach(name -> command.add(history(name)));

        assertThat(Danta.run(command.toArray(String[]::new)).exitCode()).isEqualTo(1);
        assertGolden("verdicts.json", Files.readString(json));
        assertGolden("junit.xml", Files.readString(junit));
    }

    /** The page shows what is around the failure, so its size does not grow with the history. */
    @Test
    void thePageOfALongHistoryIsNotLong() throws IOException {
        String history = scratch.resolve("long.jsonl").toString();
        Path page = scratch.resolve("page.html");
        Danta.run(
                "check",
                "generate",
                "--model",
                "register",
                "--ops",
                "20000",
                "--clients",
                "20",
                "--unknown",
                "5",
                "--seed",
                "5",
                "--break",
                "stale",
                "--out",
                history);

        assertThat(Danta.run("check", "--report", page.toString(), history).exitCode())
                .isEqualTo(1);
        assertThat(Files.size(page)).isLessThan(200_000);
        assertThat(Files.readString(page))
                .contains("class=\"bar bad\"")
                .contains("before: ")
                .doesNotContain("http://", "https://");
    }

    @Test
    void thePageShowsLanesFaultsAndCycles() throws IOException {
        Path page = scratch.resolve("page.html");
        Danta.run("check", "--report", page.toString(), history("07-counter-overspent"), history("11-g2"));

        assertThat(Files.readString(page))
                .contains("class=\"bar unknown\"")
                .contains("title=\"p2\">p2</span>")
                .contains("class=\"fault\"")
                .contains("partition n1 | n2 n3")
                .contains("<svg class=\"cycle\"")
                .contains("2 operations are enough");
    }

    private static void assertGolden(String name, String actual) throws IOException {
        Path file = FOLDER.resolve(name);
        String comparable = comparable(actual);
        if (RENEW) {
            Files.writeString(file, comparable, StandardCharsets.UTF_8);
        }
        assertThat(comparable).as("%s; see README.md there", file).isEqualTo(Files.readString(file));
    }

    /** Without what differs from run to run, and with the same names everywhere. */
    private static String comparable(String text) {
        return text.replace(System.lineSeparator(), "\n")
                .replace(FOLDER + FOLDER.getFileSystem().getSeparator(), "")
                .replaceAll("(\"millis\" : |\"peakBytes\" : )\\d+", "$10")
                .replaceAll("\\b[\\d,]+ ms\\b", "0 ms")
                .replaceAll("\\(\\d+ tried\\)", "(0 tried)")
                .replaceAll("time=\"[\\d.]+\"", "time=\"0\"");
    }
}
