package dev.danta.check.model;

import java.util.List;

/** Values in words. */
final class Words {
    /** So many values are shown of a collection. */
    static final int VALUES_MAX = 12;

    private Words() {}

    /**
     * The first values of a collection.
     *
     * @param size how many it has
     */
    static String list(List<String> first, int size, String open, String close) {
        if (size <= VALUES_MAX) {
            return open + String.join(", ", first) + close;
        }
        return open + String.join(", ", first.subList(0, VALUES_MAX)) + ", " + (size - VALUES_MAX) + " more" + close;
    }

    /** What an operation on a thing of this name is on. */
    static String of(String key) {
        return key.isEmpty() ? "" : " of " + key;
    }
}
