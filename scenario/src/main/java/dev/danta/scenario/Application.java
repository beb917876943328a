package dev.danta.scenario;

import java.util.List;
import java.util.function.Consumer;

/**
 * An application: who uses it, what they do, and what must hold. One object sees one run, and keeps what its users were told.
 * Thread-safe: users run beside each other.
 */
public interface Application {
    /** What it is called on a command line. */
    String name();

    /** All that it keeps in Danta; every {@link Place} is in one of these. */
    List<Collection> collections();

    /**
     * Puts there what must be there before anybody begins. May be done again, by anybody, until it has succeeded once.
     *
     * @param then whether it could be done
     */
    void prepare(Port port, Consumer<Boolean> then);

    /** One more user, who does one step after the other. */
    Step newUser(Port port);

    /**
     * Reads all that {@link #verdict} needs, when all has healed and nobody writes. May be done by several, one after the
     * other; the last one counts.
     *
     * @param then whether everything could be read
     */
    void audit(Port port, Consumer<Boolean> then);

    /** What was broken, as far as can be said now; all of it after an {@link #audit}. */
    List<Broken> verdict();

    /** Of which laws nobody could say whether they held, and why; all of them after an {@link #audit}. */
    default List<Broken> undecided() {
        return List.of();
    }

    /** What it has counted, for its verdict, in one line; empty if that says nothing. True after an {@link #audit}. */
    default String summary() {
        return "";
    }

    /** What one user does. */
    interface Step {
        /** Does one thing, and says once what it was and how it ended. */
        void next(Consumer<Done> then);
    }

    /**
     * One thing that a user did.
     *
     * @param what in a word, such as {@code reserve}: things of one name are counted and timed together
     */
    record Done(String what, Ending ending) {}

    /** How something ended, as its user was told. */
    enum Ending {
        /** As was asked. */
        DONE,
        /** The application's own rule stood in the way: sold out, full, no such account. A success of the system. */
        DECLINED,
        /** Nothing took effect. */
        NOT_DONE,
        UNKNOWN
    }
}
