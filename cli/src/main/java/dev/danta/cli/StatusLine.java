package dev.danta.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One line on the error stream that says how it is going: rewritten in place on a terminal, else a new line now and then.
 * Thread-safe.
 */
final class StatusLine implements AutoCloseable {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
    private static final int WIDTH = 79;

    private final PrintWriter err;
    private final boolean inPlace;
    private final LongSupplier nanoTime;
    private final long betweenLinesNanos;
    private long lastNanos;
    private boolean shown;

    StatusLine(PrintWriter err, boolean inPlace, LongSupplier nanoTime) {
        this(err, inPlace, nanoTime, BETWEEN_LINES.toNanos());
    }

    private StatusLine(PrintWriter err, boolean inPlace, LongSupplier nanoTime, long betweenLinesNanos) {
        this.err = err;
        this.betweenLinesNanos = betweenLinesNanos;
        this.inPlace = inPlace;
        this.nanoTime = nanoTime;
        this.lastNanos = nanoTime.getAsLong();
    }

    /** A line on this writer, which is taken to be the process's error stream. */
    static StatusLine on(PrintWriter err) {
        return new StatusLine(err, Terminal.isErrors(), System::nanoTime);
    }

    /** The same, but nothing is shown where it is no terminal. */
    static StatusLine onTerminal(PrintWriter err) {
        return new StatusLine(err, Terminal.isErrors(), System::nanoTime, Long.MAX_VALUE);
    }

    /** It is going like this. */
    synchronized void show(String text) {
        if (inPlace) {
            String cut = text.length() > WIDTH ? text.substring(0, WIDTH - 3) + "..." : text;
            err.print("\r" + cut + " ".repeat(WIDTH - cut.length()));
            err.flush();
            shown = true;
            return;
        }
        long now = nanoTime.getAsLong();
        if (now - lastNanos >= betweenLinesNanos) {
            lastNanos = now;
            err.println(text);
            err.flush();
        }
    }

    /** This has happened; it stays above the line. */
    synchronized void tell(String lines) {
        close();
        err.println(lines);
        err.flush();
    }

    /** How often it is worth while to {@link #show}. */
    static long everyMillis() {
        return TimeUnit.SECONDS.toMillis(1);
    }

    /** Leaves a place where other output can begin. */
    @Override
    public synchronized void close() {
        if (shown) {
            err.print("\r" + " ".repeat(WIDTH) + "\r");
            err.flush();
            shown = false;
        }
    }
}
