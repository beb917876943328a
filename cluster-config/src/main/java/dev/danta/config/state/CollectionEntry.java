package dev.danta.config.state;

/**
 * What is agreed of a collection.
 *
 * @param type of its values; it never changes, for replicas merge by it
 */
public record CollectionEntry(String type) {
    private static final int CHARS_MAX = 100;

    public CollectionEntry {
        if (type.isBlank() || type.length() > CHARS_MAX) {
            throw new IllegalArgumentException("a type's name has 1 to " + CHARS_MAX + " characters: '" + type + "'");
        }
    }
}
