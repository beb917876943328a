package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.client.internal.meter.ClientMeter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of meters in docs/operations.md has a row for each, and no other. */
final class MetersPageTest {
    private static final Path PAGE = Path.of("..", "docs", "operations.md");

    @Test
    void everyMeterHasItsRow() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `danta.client."))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(
                        Stream.of(ClientMeter.values()).map(MetersPageTest::row).toList());
    }

    private static String row(ClientMeter meter) {
        String tags = meter.tags().stream()
                .map(tag -> "`" + tag.key() + "`: " + String.join(", ", tag.choices()))
                .collect(Collectors.joining("; "));
        return "| `" + meter.id() + "` | " + meter.kind().name().toLowerCase(Locale.ROOT) + ", " + meter.unit() + " | "
                + meter.description() + " |" + (tags.isEmpty() ? "" : " " + tags) + " |";
    }
}
