package dev.danta.cli;

import dev.danta.check.CheckOptions;
import dev.danta.check.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What checks say on a terminal while they run, at most a few times a second. Owned by one thread. */
final class CheckProgress {
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int NAME_MAX = 24;

    private final StatusLine line;
    private final LongSupplier nanoTime;
    private long lastNanos;
    private String name = "";

    CheckProgress(StatusLine line, LongSupplier nanoTime) {
        this.line = line;
        this.nanoTime = nanoTime;
        this.lastNanos = nanoTime.getAsLong();
    }

    /** A file is begun. */
    void begin(String file) {
        Path last = Path.of(file).getFileName();
        String whole = last == null ? file : last.toString();
        name = whole.length() <= NAME_MAX ? whole : whole.substring(0, NAME_MAX - 3) + "...";
    }

    /** So many of its events have been read. */
    void read(long events) {
        show(String.format(Locale.ROOT, "%s: %,d events read", name, events));
    }

    /** It has been read, and something that does not tell how far it is goes on. */
    void working(String what, int operations) {
        show(String.format(Locale.ROOT, "%s: %,d operations, %s", name, operations, what));
    }

    /** The options with somebody who is told how far the search is. */
    CheckOptions observing(CheckOptions options) {
        return options.withObserver(progress -> searched(progress, options.timeout()));
    }

    private void searched(Result.Progress progress, Duration timeout) {
        long left = Math.max(0, timeout.minus(progress.elapsed()).toSeconds());
        show(String.format(
                Locale.ROOT,
                "%s: %,d s left, %,d/%,d parts, %,d states, %,d operations",
                name,
                left,
                progress.decided(),
                progress.partitions(),
                progress.configurations(),
                progress.operations()));
    }

    private void show(String text) {
        long now = nanoTime.getAsLong();
        if (now - lastNanos >= BETWEEN_NANOS) {
            lastNanos = now;
            line.show(text);
        }
    }

    /** Leaves a place for other output. */
    void clear() {
        line.close();
    }
}
