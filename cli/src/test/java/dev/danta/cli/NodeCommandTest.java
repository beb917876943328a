package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeCommandTest {
    @TempDir
    Path folder;

    @Test
    void aNodeNeedsItsSettings() {
        Danta node = Danta.run("node", "start");

        assertThat(node.exitCode()).isEqualTo(2);
        assertThat(node.err()).startsWith("danta node start: ").contains("--config");
    }

    @Test
    void settingsThatAreNotThereAreNamed() {
        // A node speaks to the process's own error stream: it may have to when the command is long past.
        PrintStream before = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        int exitCode;
        try {
            exitCode = Danta.run(
                            "node",
                            "start",
                            "--config",
                            folder.resolve("none.toml").toString())
                    .exitCode();
        } finally {
            System.setErr(before);
        }

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("none.toml");
    }
}
