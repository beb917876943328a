package dev.danta.check.txn;

import dev.danta.check.txn.Consistency.Guarantee;
import java.util.HashMap;
import java.util.Map;

/**
 * What sessions have read and written so far, by the place of each version in the order of its key, and whether what they do
 * next is of a later one, as it is to be.
 */
final class SessionOrder {
    /** The place of what comes after all that was ever seen; of two such nobody knows which comes first. */
    static final long LAST = Long.MAX_VALUE;

    private final Broken broken;
    private final Map<Session, Seen> sessions = new HashMap<>();

    /** Is told of what breaks a guarantee. */
    interface Broken {
        /** The access {@code after} is of an older version of {@code key} than the one before. */
        void broken(Guarantee guarantee, String key, Access before, Access after);
    }

    /**
     * What was read or written.
     *
     * @param operation the number of the operation that did
     */
    record Access(int operation, long place) {}

    private record Session(long process, String key) {}

    private static final class Seen {
        private Access read = new Access(-1, Long.MIN_VALUE);
        private Access written = new Access(-1, Long.MIN_VALUE);
    }

    SessionOrder(Broken broken) {
        this.broken = broken;
    }

    /** How many sessions there are with something to judge: pairs of a process and a key. */
    int sessions() {
        return sessions.size();
    }

    /** The process reads the key. */
    void read(long process, String key, Access access) {
        Seen seen = sessions.computeIfAbsent(new Session(process, key), session -> new Seen());
        demand(seen.read.place() <= access.place(), Guarantee.MONOTONIC_READS, key, seen.read, access);
        demand(seen.written.place() <= access.place(), Guarantee.READ_YOUR_WRITES, key, seen.written, access);
        if (access.place() >= seen.read.place()) {
            seen.read = access;
        }
    }

    /** The process writes the key. */
    void write(long process, String key, Access access) {
        Seen seen = sessions.computeIfAbsent(new Session(process, key), session -> new Seen());
        boolean later = seen.written.place() < access.place() || access.place() == LAST;
        demand(later, Guarantee.MONOTONIC_WRITES, key, seen.written, access);
        demand(seen.read.place() < access.place(), Guarantee.WRITES_FOLLOW_READS, key, seen.read, access);
        if (access.place() >= seen.written.place()) {
            seen.written = access;
        }
    }

    private void demand(boolean kept, Guarantee guarantee, String key, Access before, Access after) {
        if (!kept) {
            broken.broken(guarantee, key, before, after);
        }
    }
}
