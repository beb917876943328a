package dev.danta.check.generate;

import java.util.Locale;

/** What goes wrong in a generated history, once. */
public enum Fault {
    /** Nothing: the history is valid. */
    NONE,
    /** Somebody is answered out of a state that was overwritten, and acknowledged so, before they asked. */
    STALE,
    /** A change is acknowledged and has no effect. */
    LOST,
    /** Somebody is answered what was never there. */
    PHANTOM;

    /** The word on a command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
