package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real process with little memory says UNKNOWN, and goes on with the next file. Where in the JVM memory runs out is chance,
 * and a class that it could not initialize then is of no use to the next file: so this is no test for every build.
 */
@Tag("long")
final class SmallHeapTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void whatDoesNotFitIsUndecidedAndWhatFollowsIsJudged() throws IOException, InterruptedException {
        Path large = folder.resolve("large.jsonl");
        assertThat(Danta.run(
                                "check",
                                "generate",
                                "--model",
                                "kv",
                                "--keys",
                                "9",
                                "--ops",
                                "100000",
                                "--out",
                                "" + large)
                        .exitCode())
                .isZero();
        Path hard = folder.resolve("hard.jsonl");
        Files.writeString(hard, sumsOfAllSubsets(40));
        Path easy = folder.resolve("easy.jsonl");
        Files.writeString(easy, sumsOfAllSubsets(0));
        Path said = folder.resolve("stderr.txt");
        Path verdicts = folder.resolve("stdout.txt");
        Process danta = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx20m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.danta.cli.Main",
                        "check",
                        large.toString(),
                        hard.toString(),
                        easy.toString())
                .redirectError(said.toFile())
                .redirectOutput(verdicts.toFile())
                .start();
        try {
            assertThat(danta.waitFor()).as(Files.readString(said)).isEqualTo(ExitCode.UNDECIDED);
        } finally {
            danta.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(verdicts);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .startsWith("UNKNOWN")
                .contains("memory: the heap of ")
                .contains("is exhausted");
        assertThat(lines.get(1)).startsWith("UNKNOWN").contains("memory");
        assertThat(lines.get(2)).startsWith("VALID");
        assertThat(said).isEmptyFile();
    }

    /** As many lost additions, whose sums all differ, and a read of what no choice of them comes to; or of nothing. */
    private static String sumsOfAllSubsets(int additions) {
        StringBuilder text = new StringBuilder("{\"header\":{\"format\":1,\"model\":\"counter\"}}\n");
        for (int i = 0; i < additions; i++) {
            text.append("{\"process\":")
                    .append(i)
                    .append(",\"type\":\"invoke\",\"f\":\"add\",\"key\":\"k\",\"value\":");
            text.append(1L << i).append("}\n");
        }
        long sum = additions == 0 ? 0 : 1L << additions;
        text.append("{\"process\":99,\"type\":\"invoke\",\"f\":\"read\",\"key\":\"k\"}\n");
        text.append("{\"process\":99,\"type\":\"ok\",\"f\":\"read\",\"key\":\"k\",\"value\":")
                .append(sum)
                .append("}\n");
        return text.toString();
    }
}
