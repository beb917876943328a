package dev.danta.ir.epoch;

import dev.danta.ir.id.Epoch;

/**
 * What a replica's disk says of itself when a process starts on it.
 *
 * @param incarnation drawn when the disk was new
 * @param starts how many starts on it the configuration has answered, this one included; durable before it is asked. One
 *     that was not answered is asked for again by the next process, and not counted twice: else a copy that starts often
 *     would catch up with what was seen
 * @param life drawn for the start, so that it may be asked for twice
 * @param logEnd how far its log went
 */
public record DiskIdentity(long incarnation, long starts, long life, LogEnd logEnd) {
    public DiskIdentity {
        if (starts < 1) {
            throw new IllegalArgumentException("a disk's starts are counted from 1: " + starts);
        }
    }

    /** Whether this disk is older than when it was {@code seen}: a copy of it was put back. */
    public boolean isBehind(DiskIdentity seen) {
        return incarnation == seen.incarnation
                && !equals(seen)
                && (starts <= seen.starts || !logEnd.isAtOrAfter(seen.logEnd));
    }

    /** The last number of a disk's log, and the epoch in which that log began. */
    public record LogEnd(Epoch epoch, long number) {
        boolean isAtOrAfter(LogEnd other) {
            int order = epoch.compareTo(other.epoch);
            return order > 0 || (order == 0 && number >= other.number);
        }
    }
}
