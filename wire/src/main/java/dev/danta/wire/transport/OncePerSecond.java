package dev.danta.wire.transport;

/** Admits one event per second and counts the others. */
final class OncePerSecond {
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private boolean admittedAny;
    private long admittedNanos;
    private long keptBack;

    /** How many were kept back since the last that was admitted; -1 if this one is kept back too. */
    synchronized long admit() {
        long now = System.nanoTime();
        if (admittedAny && now - admittedNanos < INTERVAL_NANOS) {
            keptBack++;
            return -1;
        }
        long before = keptBack;
        admittedAny = true;
        admittedNanos = now;
        keptBack = 0;
        return before;
    }
}
