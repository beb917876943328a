package dev.danta.sim.invariant;

import org.jspecify.annotations.Nullable;

/** What must never happen has happened: the run is over, and its seed is worth keeping. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final String DETAIL = "; ";

    private final Kind kind;
    private final String rule;

    /** What sort of promise was broken. */
    public enum Kind {
        /** A rule of protocol.md 11 that holds at every step. */
        INVARIANT,
        /** After healing something was not answered, not settled, or not the same everywhere. */
        LIVENESS,
        /** The checker has proved that a history has no explanation. */
        HISTORY_INVALID,
        /** The checker came to no verdict about a history, which is no pass. */
        HISTORY_UNKNOWN,
        /** Our own code threw. */
        EXCEPTION
    }

    public Violation(Kind kind, String message) {
        this(kind, message, kind == Kind.INVARIANT ? message.split(DETAIL, 2)[0] : "");
    }

    private Violation(Kind kind, String message, String rule) {
        super(message);
        this.kind = kind;
        this.rule = rule;
    }

    /** Our own code has thrown, at such a place. */
    public static Violation thrown(RuntimeException thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        String place = frames.length == 0 ? "an unknown place" : frames[0].toString();
        return new Violation(
                Kind.EXCEPTION, thrown + " at " + place, thrown.getClass().getName() + " at " + place);
    }

    /** Whether the other run broke the same rule, perhaps elsewhere. */
    public boolean isLike(Violation other) {
        return kind == other.kind && rule.equals(other.rule);
    }

    public Kind kind() {
        return kind;
    }

    /** Ends the run unless {@code holds}; {@code details} are appended to the rule. */
    static void unless(boolean holds, String rule, @Nullable Object... details) {
        if (!holds) {
            throw broken(rule, details);
        }
    }

    static Violation broken(String rule, @Nullable Object... details) {
        return new Violation(Kind.INVARIANT, text(rule, details));
    }

    static String text(String rule, @Nullable Object... details) {
        StringBuilder text = new StringBuilder(rule);
        for (Object detail : details) {
            text.append(DETAIL).append(detail);
        }
        return text.toString();
    }
}
