package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process is asked to end while it judges, and says how far it got. */
final class InterruptionTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void whoIsAskedToEndSaysHowFarItGotAndNothingElse() throws IOException, InterruptedException {
        Path easy = folder.resolve("easy.edn");
        Files.writeString(easy, "[0 :invoke :write 1]\n[0 :ok :write 1]\n");
        Path hard = folder.resolve("hard.edn");
        Files.writeString(hard, hopeless());
        Path said = folder.resolve("stderr.txt");
        Process danta = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.danta.cli.Main",
                        "check",
                        "--model",
                        "register",
                        "--timeout",
                        "10m",
                        easy.toString(),
                        hard.toString())
                .redirectError(said.toFile())
                .start();
        try (BufferedReader out = danta.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).startsWith("VALID");

            danta.toHandle().destroy();

            assertThat(danta.waitFor()).isNotZero();
        } finally {
            danta.destroyForcibly();
        }
        // No terminal, so no progress either.
        assertThat(Files.readAllLines(said))
                .containsExactly("danta check: interrupted after 1 of 2 files; nothing is known of " + hard);
    }

    /** Of so many writes at once no order explains reads that go back to what was read before: 2^40 states and more. */
    private static String hopeless() {
        StringBuilder text = new StringBuilder();
        int writers = 40;
        for (int i = 0; i < writers; i++) {
            text.append("[").append(i).append(" :invoke :write ").append(i % 20).append("]\n");
        }
        for (int i = 0; i < writers; i++) {
            text.append("[").append(i).append(" :ok :write ").append(i % 20).append("]\n");
        }
        text.append("[0 :invoke :read nil]\n[0 :ok :read 99]\n");
        return text.toString();
    }
}
