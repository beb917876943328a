package dev.danta.client;

import org.jspecify.annotations.Nullable;

/**
 * What an application has given. Not every application is checked for nulls by its compiler, and one that is taken for
 * something else, or found where it does not come from, is worse than one that is refused.
 */
final class Given {
    private Given() {}

    /**
     * The value.
     *
     * @param what it is and what to give in place of nothing, for the error: "a codec: ..."
     * @throws IllegalArgumentException if it is null
     */
    static <T> T notNull(String what, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("null is not " + what);
        }
        return value;
    }
}
