package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StatusLineTest {
    private final StringWriter text = new StringWriter();
    private long now;

    @Test
    void onATerminalTheLineIsRewrittenAndCleared() {
        try (StatusLine line = new StatusLine(new PrintWriter(text), true, () -> now)) {
            line.show("one");
            line.show("x".repeat(300));
        }

        String[] shown = text.toString().split("\r");
        assertThat(shown[1].strip()).isEqualTo("one");
        assertThat(shown[2]).hasSize(79).endsWith("...");
        assertThat(shown[3]).isBlank();
    }

    @Test
    void elsewhereALineIsPrintedNowAndThen() {
        try (StatusLine line = new StatusLine(new PrintWriter(text), false, () -> now)) {
            line.show("too early");
            now = TimeUnit.SECONDS.toNanos(5);
            line.show("first");
            now += 1;
            line.show("too soon");
            now = TimeUnit.SECONDS.toNanos(10);
            line.show("second");
        }

        assertThat(text.toString().lines()).containsExactly("first", "second");
    }

    @Test
    void whatIsToldStaysAboveTheLine() {
        try (StatusLine line = new StatusLine(new PrintWriter(text), true, () -> now)) {
            line.show("working");
            line.tell("found");
        }

        String[] shown = text.toString().split("\r");
        assertThat(shown[1].strip()).isEqualTo("working");
        assertThat(shown[2]).isBlank();
        assertThat(shown[3]).isEqualTo("found" + System.lineSeparator());
    }
}
