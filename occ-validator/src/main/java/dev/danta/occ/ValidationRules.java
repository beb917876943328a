package dev.danta.occ;

import dev.danta.ir.id.Timestamp;

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

    /**
     * Whether a replica that has nothing as new as the version {@code seen} only lacks what its peers have. At or below its
     * own {@code deletedBelow} it lacks nothing: a deletion came after that version, and was dropped.
     */
    default boolean isMerelyBehind(Timestamp seen, Timestamp deletedBelow) {
        return seen.isAbove(deletedBelow);
    }

    /** Whether whoever reads a range holds it against writes into it, and is stopped by undecided ones. */
    default boolean holdsRanges() {
        return true;
    }
}
