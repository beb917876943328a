package dev.danta.bench;

/**
 * How one operation went.
 *
 * @param status its end
 * @param value what was read; 0 where nothing was
 * @param attempts how often a transaction was run, at least 1
 * @param path how the last attempt was decided
 * @param detail a few words about the cause where it is {@link Status#UNKNOWN} or {@link Status#FAILED}, else empty;
 *     they are counted by text, so no ids and no times belong in them
 */
record Answer(Status status, long value, int attempts, Path path, String detail) {
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
    }

    /** It was done at the first attempt and this was read. */
    public static Answer done(long value, Path path) {
        return new Answer(Status.DONE, value, 1, path, "");
    }

    /** It was refused at the first attempt. */
    public static Answer declined(Path path) {
        return new Answer(Status.DECLINED, 0, 1, path, "");
    }
}
