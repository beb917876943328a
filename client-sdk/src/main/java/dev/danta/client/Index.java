package dev.danta.client;

import dev.danta.ir.id.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The records of a strict table by another key, which is found in their values. It is kept in the same transactions that
 * change the table, and reading it is as strict as reading the table is: what was read of it, and what was not there, is
 * validated like everything else. Thread-safe and immutable.
 *
 * <p>Every client that writes the table has to declare all its indexes, by {@link Table#index} or {@link Table#uniqueIndex};
 * one that does not is refused with an {@link IndexNotKeptException}. One that has begun to write before an index was declared
 * for the first time hears of it within ten seconds. So for a new index of a table in use: start every writer with it, and
 * {@link #build} it once, when that time and the longest deadline of a transaction are over.
 *
 * <p>Changing a record of a table with indexes reads it first, and counts against the limits of a transaction once more for
 * each index whose key is changed by it.
 */
public final class Index<V> {
    private static final Bytes NOTHING = Bytes.wrap(new byte[0]);

    private final Table<V> table;
    private final Space space;
    /** What it consists of: the index's key, and behind it the record's unless it is unique, to the record's key. */
    private final Table<byte[]> places;

    private final Function<? super V, @Nullable Key> extractor;
    private final boolean unique;

    Index(
            Table<V> table,
            Space space,
            Table<byte[]> places,
            Function<? super V, @Nullable Key> extractor,
            boolean unique) {
        this.table = table;
        this.space = space;
        this.places = places;
        this.extractor = extractor;
        this.unique = unique;
    }

    /** Its full name, {@code table#name}. */
    public String name() {
        return places.name();
    }

    /** Whether no two records have the same key in it. */
    public boolean isUnique() {
        return unique;
    }

    Table<V> table() {
        return table;
    }

    Table<byte[]> places() {
        return places;
    }

    /**
     * The record that has this key in a unique index, in a strict read of its own.
     *
     * @throws IllegalStateException if it is not unique
     */
    public Optional<Entry<V>> get(Key key) {
        return space.read(tx -> tx.get(this, key));
    }

    /**
     * The records in a range of the index's keys, in their order, read page by page as {@link Table#scan} does. In an index
     * that is not unique a record's own key counts as further elements of its index key, as a last one, a {@link Key}.
     */
    public Stream<Entry<V>> scan(KeyRange range) {
        return Scan.streamOf(new Pages<>(
                range, page -> space.read(tx -> tx.placed(this, page).toList())));
    }

    /**
     * Puts the records into the index that are not in it yet, and takes out of it what clients that did not keep it yet have
     * left behind, up to a hundred in a transaction, each within the client's deadline; fewer where others write, so that it
     * goes on beside them. What they add behind the last record meanwhile it does not look at: who writes keeps the index. To
     * be run once after the index was declared by every client that writes the table; it may be broken off and run again.
     *
     * @return how many were not in it
     * @throws UniqueViolationException if two have the same key in a unique index; what was put before stays
     * @throws ConflictException if others were in the way of a single record again and again; what was put before stays
     */
    public long build() {
        long unused = new Crossing<>(space, places).pass(this::clear);
        return new Crossing<>(space, table).pass(this::addMissing);
    }

    /** Removes places that are not those of their records. */
    private long clear(Tx tx, List<Entry<byte[]>> there) {
        Map<Key, V> values = tx.getAll(table, there.stream().map(this::recordOf).toList());
        long removed = 0;
        for (Entry<byte[]> place : there) {
            Key record = recordOf(place);
            V value = values.get(record);
            if (value == null || !shows(place.key(), record, value)) {
                tx.remove(places.collection().encode(place.key()));
                removed++;
            }
        }
        return removed;
    }

    /** Whether the place {@code at} is that of a record with this value. */
    boolean shows(Key at, Key record, V value) {
        Key key = extractor.apply(value);
        return key != null && at.equals(unique ? key : key.and(record));
    }

    private long addMissing(Tx tx, List<Entry<V>> rows) {
        List<Place> wanted = new ArrayList<>();
        for (Entry<V> row : rows) {
            Key key = extractor.apply(row.value());
            if (key != null) {
                wanted.add(placeOf(key, row.key()));
            }
        }
        tx.load(wanted.stream().map(Place::encoded).toList());
        long added = 0;
        for (Place place : wanted) {
            if (tx.valueOf(place.encoded()) == null) {
                tx.write(place.encoded(), place.target());
                added++;
            } else {
                requireOwn(tx, place);
            }
        }
        return added;
    }

    /**
     * A record's place in the index.
     *
     * @param target what stands there
     */
    record Place(dev.danta.occ.Key encoded, Bytes target, Key indexed, Key record) {}

    /** Where a record with this value belongs; null if nowhere. */
    @Nullable
    Place placeOf(Key record, @Nullable Bytes value) {
        V decoded = table.collection().decode(table.codec(), value).orElse(null);
        Key key = decoded == null ? null : extractor.apply(decoded);
        return key == null ? null : placeOf(key, record);
    }

    private Place placeOf(Key key, Key record) {
        if (unique) {
            Bytes target = table.collection().encode(record).bytes();
            return new Place(places.collection().encode(key), target, key, record);
        }
        return new Place(places.collection().encode(key.and(record)), NOTHING, key, record);
    }

    /**
     * Refuses a place that another record has; {@code tx} has read it.
     *
     * @throws UniqueViolationException if it has
     */
    void requireOwn(Tx tx, Place place) {
        Bytes there = tx.valueOf(place.encoded());
        if (unique && there != null && !there.equals(place.target())) {
            throw new UniqueViolationException(
                    name(),
                    "the unique index " + name() + " has " + place.indexed().inShort() + " already, for "
                            + Key.decoded(new dev.danta.occ.Key(there)).inShort() + ": it cannot have it for "
                            + place.record().inShort());
        }
    }

    /** The place of the record with this index key. */
    dev.danta.occ.Key uniquePlace(Key key) {
        if (!unique) {
            throw new IllegalStateException(
                    "the index " + name() + " is not unique: scan the range of keys that begin with " + key.inShort());
        }
        return places.collection().encode(key);
    }

    /** The key of the record that an entry of the index is for. */
    Key recordOf(Entry<byte[]> place) {
        return unique
                ? Key.decoded(new dev.danta.occ.Key(Bytes.copyOf(place.value())))
                : place.key().getKey(place.key().size() - 1);
    }

    @Override
    public String toString() {
        return Objects.toString(places.collection());
    }
}
