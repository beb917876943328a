package dev.danta.ir.id;

/** Up to here, inclusive, a replica's log has been read; number 0 is the beginning (protocol.md 7). */
public record LogPosition(LogIncarnation incarnation, long number) {
    public LogPosition {
        if (number < 0) {
            throw new IllegalArgumentException("a log's numbers start at 1: " + number);
        }
    }

    /** Whether {@code other} is in the same log, here or further on. */
    public boolean isAtOrBefore(LogPosition other) {
        return incarnation.equals(other.incarnation) && number <= other.number;
    }

    @Override
    public String toString() {
        return incarnation + ":" + number;
    }
}
