package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.CheckOptions;
import dev.danta.check.Result;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CheckProgressTest {
    private final StringWriter text = new StringWriter();
    private long now;
    private final CheckProgress progress =
            new CheckProgress(new StatusLine(new PrintWriter(text), true, () -> now), () -> now);

    private List<String> shown() {
        return Arrays.stream(text.toString().split("\r", -1))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    @Test
    void whatGoesOnIsShownAFewTimesASecond() {
        CheckOptions options = progress.observing(CheckOptions.defaults().withTimeout(Duration.ofSeconds(60)));
        Result.Progress search =
                new Result.Progress(1_000_000, 1_000, 12, 34_567_890, 0, Duration.ofSeconds(18), List.of());

        progress.begin("/somewhere/else/history.jsonl");
        progress.read(4_096);
        later();
        progress.read(8_192);
        progress.read(12_288);
        later();
        progress.working("being judged", 1_000_000);
        later();
        options.observer().accept(search);
        options.observer().accept(search);
        progress.clear();

        assertThat(shown())
                .containsExactly(
                        "history.jsonl: 8,192 events read",
                        "history.jsonl: 1,000,000 operations, being judged",
                        "history.jsonl: 42 s left, 12/1,000 parts, 34,567,890 states, 1,000,000 opera...");
    }

    private void later() {
        now += TimeUnit.MILLISECONDS.toNanos(200);
    }

    @Test
    void aLongNameIsCut() {
        progress.begin("a-history-whose-name-has-no-end-at-all.jsonl.gz");
        later();
        progress.read(1);

        assertThat(shown()).containsExactly("a-history-whose-name-...: 1 events read");
    }
}
