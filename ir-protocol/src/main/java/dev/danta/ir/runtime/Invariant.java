package dev.danta.ir.runtime;

/** Checks that are always on. A broken one is a bug of ours: the process that finds it stops rather than goes on. */
public final class Invariant {
    private Invariant() {}

    /** Thrown by {@link #check}; nothing may catch it and go on. */
    public static final class Broken extends IllegalStateException {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }

    /**
     * Stops everything unless {@code holds}.
     *
     * @param message says what must hold; with {@code details} appended it should be enough to understand the state
     * @throws Broken unless {@code holds}
     */
    public static void check(boolean holds, String message, Object... details) {
        if (!holds) {
            StringBuilder text = new StringBuilder("invariant broken: ").append(message);
            for (Object detail : details) {
                text.append("; ").append(detail);
            }
            throw new Broken(text.toString());
        }
    }
}
