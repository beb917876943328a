package dev.danta.check;

import java.util.Arrays;

/** What one search holds of the check's memory. Owned by one thread; closing gives everything back. */
final class MemoryAccount implements AutoCloseable {
    private final Limits limits;
    private long heldBytes;

    MemoryAccount(Limits limits) {
        this.limits = limits;
    }

    /** Accounts for an allocation that is about to be made. */
    void reserve(long bytes) {
        if (!limits.reserve(bytes)) {
            throw new SearchStopped(Result.Reason.MEMORY);
        }
        heldBytes += bytes;
    }

    /** Accounts for something that is garbage now. */
    void release(long bytes) {
        limits.release(bytes);
        heldBytes -= bytes;
    }

    /** A copy of twice the length; the old array is given back. */
    int[] doubled(int[] old) {
        int length = Math.max(16, Math.multiplyExact(old.length, 2));
        reserve(4L * length);
        int[] larger = Arrays.copyOf(old, length);
        release(4L * old.length);
        return larger;
    }

    @Override
    public void close() {
        limits.release(heldBytes);
        heldBytes = 0;
    }
}
