package dev.danta.check.model;

import org.jspecify.annotations.Nullable;

/**
 * What one key holds: a value, or nothing.
 *
 * @param value the value, or null when there is none
 */
public record Cell(@Nullable String value) {
    /** The cell without a value. */
    public static final Cell ABSENT = new Cell(null);

    boolean holds(String expected) {
        return expected.equals(value);
    }

    long bytes() {
        return 64 + (value == null ? 0 : 2L * value.length());
    }

    @Override
    public String toString() {
        return value == null ? "absent" : value;
    }
}
