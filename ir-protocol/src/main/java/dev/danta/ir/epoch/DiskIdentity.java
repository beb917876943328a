package dev.danta.ir.epoch;

import dev.danta.ir.id.Epoch;

/**
 * What a replica's disk says of itself when a process starts on it.
 *
 * @param incarnation drawn when the disk was new
 * @param starts how many processes have started on it, this one included
 * @param life drawn by the process, so that it may ask twice
 * @param logEnd how far its log went
 */
public record DiskIdentity(long incarnation, long starts, long life, LogEnd logEnd) {
    public DiskIdentity {
        if (starts < 1) {
            throw new IllegalArgumentException("a disk's starts are counted from 1: " + starts);
        }
    }

    /**
     * Whether this disk is older than when {@code seen}: a copy of it was put back. Starts alone do not tell, for those that
     * nobody saw are counted, too.
     */
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
