package dev.danta.scenario;

import java.util.Comparator;

/** A key in a collection. Ordered by the collection's name, then by the key. */
public record Place(Collection collection, String key) implements Comparable<Place> {
    private static final Comparator<Place> ORDER = Comparator.<Place, String>comparing(
                    place -> place.collection().name())
            .thenComparing(Place::key);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return collection.name() + "/" + key;
    }
}
