package dev.danta.sim.fault;

/** A fault and when it happens: nanoseconds from the start of the run. */
public record TimedFault(long atNanos, Fault fault) {
    public TimedFault {
        if (atNanos < 0) {
            throw new IllegalArgumentException("nothing happens before the start: " + atNanos);
        }
    }
}
