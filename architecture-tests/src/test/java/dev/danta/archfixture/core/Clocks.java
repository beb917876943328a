package dev.danta.archfixture.core;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.util.Calendar;
import java.util.Date;

/** Reads the time. */
@SuppressWarnings("all")
public final class Clocks {
    private Clocks() {}

    static long nanos() {
        return System.nanoTime();
    }

    static long millis() {
        return System.currentTimeMillis();
    }

    static Instant instantNow() {
        return Instant.now();
    }

    static LocalDateTime localNow() {
        return LocalDateTime.now();
    }

    static void clock(Clock clock) {}

    static void source(InstantSource source) {}

    static Object date() {
        return new Date();
    }

    static Object calendar() {
        return Calendar.getInstance();
    }
}
