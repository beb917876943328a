package dev.danta.config.state;

import java.util.Comparator;

/** A collection's full name. */
public record CollectionName(String space, String collection) implements Comparable<CollectionName> {
    private static final int CHARS_MAX = 100;
    private static final Comparator<CollectionName> ORDER =
            Comparator.comparing(CollectionName::space).thenComparing(CollectionName::collection);

    public CollectionName {
        requireName(space);
        requireName(collection);
    }

    private static void requireName(String name) {
        if (name.isBlank() || name.length() > CHARS_MAX || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a name has 1 to " + CHARS_MAX + " printable characters: '" + name + "'");
        }
    }

    @Override
    public int compareTo(CollectionName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return space + "/" + collection;
    }
}
