package dev.danta.occ;

/**
 * The rules of protocol.md 4.2, each by itself, so that a test of the simulator can break one and leave the rest. Every
 * production validator has {@link #PROTOCOL}.
 */
public interface ValidationRules {
    /** The protocol's own. */
    ValidationRules PROTOCOL = new ValidationRules() {};

    /** Whether {@code read} is compared with what is here; one of a key that was absent is too. */
    default boolean compares(Read read) {
        return true;
    }

    /**
     * Whether a key that is here, in a range that was read, but not in the range's list, is compared like one that was
     * read as "never there".
     */
    default boolean comparesUnlisted(Version newest) {
        return true;
    }

    /** Whether whoever reads a range holds it against writes into it, and is stopped by undecided ones. */
    default boolean holdsRanges() {
        return true;
    }
}
