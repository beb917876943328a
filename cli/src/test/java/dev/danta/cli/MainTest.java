package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine danta =
            Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @Test
    void helpPrintsTheUsageAndSucceeds() {
        assertThat(danta.execute("--help")).isZero();
        assertThat(out.toString()).contains("Usage: danta");
    }

    @Test
    void versionNamesTheProgram() {
        assertThat(danta.execute("--version")).isZero();
        assertThat(out.toString()).startsWith("danta ");
    }

    @Test
    void nothingToDoIsAUsageError() {
        assertThat(danta.execute()).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: danta");
    }

    @Test
    void anUnknownOptionIsAUsageErrorThatNamesIt() {
        assertThat(danta.execute("--no-such-option")).isEqualTo(2);
        assertThat(err.toString()).contains("--no-such-option");
    }
}
