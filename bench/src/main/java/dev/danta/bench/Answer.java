package dev.danta.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one operation went.
 *
 * @param status its end
 * @param value what was read; 0 where nothing was
 * @param attempts how often a transaction was run, at least 1
 * @param path how the last attempt was decided
 * @param seen what was read, in the order of the operation's keys; empty where that is not known
 * @param detail a few words about the cause where it is {@link Status#UNKNOWN} or {@link Status#FAILED}, else empty;
 *     they are counted by text, so no ids and no times belong in them
 */
record Answer(Status status, long value, int attempts, Path path, List<Seen> seen, String detail) {
    /**
     * What was read of one key.
     *
     * @param tag of the operation that wrote it; null if there was nothing
     */
    record Seen(int key, @Nullable Long tag) {}

    /** How an operation ended. */
    public enum Status {
        /** It was done. */
        DONE,
        /** The workload's own rule refused it, and nothing was changed. */
        DECLINED,
        /** Nobody can say whether it took effect, or will. */
        UNKNOWN,
        /** It certainly did not take effect. */
        FAILED
    }

    /** How a transaction was decided. */
    public enum Path {
        /** All replicas voted alike: one round trip. */
        FAST,
        /** A quorum's votes were made durable as the result: two round trips. */
        SLOW,
        /** It was settled later, by asking for its outcome. */
        SETTLED,
        /** Not a transaction, or one that was not decided. */
        NONE
    }

    public Answer {
        if (attempts < 1) {
            throw new IllegalArgumentException("an answer takes at least one attempt: " + attempts);
        }
        seen = List.copyOf(seen);
    }

    /** It was not done, and this is why. */
    static Answer ended(Status status, int attempts, String detail) {
        return new Answer(status, 0, attempts, Path.NONE, List.of(), detail);
    }
}
