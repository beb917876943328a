package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.KeyChange;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.key.ShardMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all collections share: a name, and how a key in it is encoded.
 *
 * @param bounds of bounded counters, and only of them
 * @param pages how many keys the elements of one set are spread over; 1 unless that was said
 */
record Collection(
        String space, String name, Kind kind, @Nullable Bounds bounds, int pages) {
    /** A set can be spread over so many keys: all of them are read for its members. */
    static final int PAGES_MAX = 16_384;

    private static final String PAGES = " pages=";

    /** What a collection can be declared as. */
    enum Kind {
        STRICT_TABLE("strict table", "strict"),
        RELAXED_TABLE("relaxed table", "register"),
        COUNTER("counter", "counter"),
        SET("set", "set"),
        GROW_SET("grow-only set", "grow-only-set"),
        MAP("map", "map"),
        EVENT_STREAM("event stream", "event-stream"),
        VIEW("view", "view"),
        BOUNDED_COUNTER("bounded counter", Bounds.TYPE),
        INDEX("index", "index"),
        UNIQUE_INDEX("unique index", "unique-index");

        private final String words;
        private final String type;

        Kind(String words, String type) {
            this.words = words;
            this.type = type;
        }

        /** Whether it is read and written in transactions. */
        boolean isStrict() {
            return this == STRICT_TABLE || isIndex();
        }

        boolean isIndex() {
            return this == INDEX || this == UNIQUE_INDEX;
        }

        /** Whether it belongs to another collection, and is called after that. */
        boolean isBeside() {
            return isIndex() || this == VIEW;
        }

        /** What the cluster keeps of it, or with what that begins. */
        String type() {
            return type;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    private static final int NAME_CHARS_MAX = 100;
    /** Stands between the name of a collection and that of an index or a view of it. */
    private static final char BESIDE_MARK = '#';

    Collection(String space, String name, Kind kind) {
        this(space, name, kind, null, 1);
    }

    /** One of bounded counters. */
    Collection(String space, String name, Kind kind, Bounds bounds) {
        this(space, name, kind, bounds, 1);
    }

    /** One whose sets are spread over so many keys. */
    static Collection ofPages(String space, String name, Kind kind, int pages) {
        if (pages < 2 || pages > PAGES_MAX) {
            throw new IllegalArgumentException("a set is spread over 2 to " + PAGES_MAX + " pages, not " + pages);
        }
        return new Collection(space, name, kind, null, pages);
    }

    /**
     * What was declared as {@code type}, unless that is of another version or of bounded counters.
     *
     * @throws IllegalArgumentException if it is
     */
    static Collection parse(String space, String name, String type) {
        for (Kind kind : Kind.values()) {
            if (kind.type.equals(type)) {
                return new Collection(space, name, kind);
            } else if (type.startsWith(kind.type + PAGES)) {
                return ofPages(
                        space,
                        name,
                        kind,
                        Integer.parseInt(type, kind.type.length() + PAGES.length(), type.length(), 10));
            }
        }
        throw new IllegalArgumentException("a later version's " + type);
    }

    Collection {
        requireName("a collection's name", name);
        if (!kind.isBeside() && name.indexOf(BESIDE_MARK) >= 0) {
            throw new IllegalArgumentException(
                    "a collection's name has no '" + BESIDE_MARK + "', which is for indexes and views: '" + name + "'");
        }
    }

    /** What the cluster keeps of it. */
    String type() {
        return bounds != null ? bounds.type() : isSpread() ? kind.type + PAGES + pages : kind.type;
    }

    /** Whether the elements of one set are under several keys. */
    boolean isSpread() {
        return pages > 1;
    }

    /** What it is, in words. */
    String words() {
        return wordsOf(type());
    }

    /** The words for what the cluster keeps of a collection; that itself if this client does not know it. */
    static String wordsOf(String type) {
        for (Kind kind : Kind.values()) {
            if (kind.type.equals(type)) {
                return kind.words;
            } else if (type.startsWith(kind.type + " ")) {
                return kind.words + " (" + type.substring(kind.type.length() + 1) + ")";
            }
        }
        return type;
    }

    /** An index of this collection. */
    Collection index(String name, boolean unique) {
        requireName("an index's name", name);
        return new Collection(space, this.name + BESIDE_MARK + name, unique ? Kind.UNIQUE_INDEX : Kind.INDEX);
    }

    /** A view of this collection. */
    Collection view(String name) {
        requireName("a view's name", name);
        return new Collection(space, this.name + BESIDE_MARK + name, Kind.VIEW);
    }

    static String requireName(String what, String name) {
        Given.notNull(what, name);
        boolean isPrintable = !name.isBlank()
                && name.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(name);
        if (!isPrintable || name.length() > NAME_CHARS_MAX) {
            throw new IllegalArgumentException(
                    what + " has 1 to " + NAME_CHARS_MAX + " printable characters: '" + name + "'");
        }
        return name;
    }

    String fullName() {
        return space + "/" + name;
    }

    Key requireKey(Key key) {
        if (key == null) {
            throw new IllegalArgumentException("a key of " + this + " is null: make one by Key.of");
        }
        return key;
    }

    dev.danta.occ.Key encode(Key key) {
        requireKey(key);
        try {
            dev.danta.occ.Key encoded = KeyLayout.key(space, name, key.elements());
            if (bounds == null || encoded.bytes().size() <= AllotmentKey.COUNTER_KEY_BYTES_MAX) {
                return encoded;
            }
            throw tooLong(
                    key,
                    encoded.bytes().size() + " bytes with space and name, more than the "
                            + AllotmentKey.COUNTER_KEY_BYTES_MAX + " of a bounded counter's");
        } catch (IllegalArgumentException e) {
            // A Key has elements, and of the right types: what is left is its size.
            throw tooLong(key, String.valueOf(e.getMessage()));
        }
    }

    /** Where such an element of a set is. */
    int pageOf(Bytes element) {
        return isSpread() ? ShardMap.placeOf(element, pages) : 0;
    }

    /** What one page of a set is under; they live together. */
    dev.danta.occ.Key encodePage(Key key, int page) {
        return encode(isSpread() ? requireKey(key).and(page) : key);
    }

    /** Whose page is under {@code place}. */
    Key keyOfPage(Key place) {
        return isSpread() ? new Key(place.elements().subList(0, place.elements().size() - 1)) : place;
    }

    private TooLargeException tooLong(Key key, String why) {
        return new TooLargeException(
                "the key " + key.inShort() + " of " + this + " is too long: " + why, DantaException.Facts.NONE);
    }

    /** The keys that begin with these elements; all if there are none. */
    dev.danta.occ.KeyRange encodePrefix(List<Object> prefix) {
        try {
            return KeyLayout.prefix(space, name, prefix);
        } catch (IllegalArgumentException e) {
            throw new TooLargeException(
                    "the beginning of a key of " + this + " is too long: " + e.getMessage(), DantaException.Facts.NONE);
        }
    }

    /** What is under a key of this relaxed collection, as what it has to be. */
    <S extends RelaxedState> Optional<S> held(Class<S> type, Optional<RelaxedState> found) {
        if (found.isPresent() && !type.isInstance(found.get())) {
            throw new ModeMismatchException(
                    this + " holds a " + found.get().typeName() + " under this key", DantaException.Facts.NONE);
        }
        return found.map(type::cast);
    }

    /** What was joined into what is under a key of this relaxed collection. */
    <S extends RelaxedState> S joined(Class<S> type, KeyChange change) {
        if (!(change instanceof KeyChange.Joined joined)) {
            throw new ModeMismatchException(this + " holds a strict value under this key", DantaException.Facts.NONE);
        }
        return held(type, Optional.of(joined.change())).orElseThrow();
    }

    <V> Bytes encode(Codec<V> codec, V value) {
        if (value == null) {
            boolean isTable = kind == Kind.STRICT_TABLE || kind == Kind.RELAXED_TABLE;
            throw new IllegalArgumentException(
                    "a value for " + this + " is null" + (isTable ? ": to have none, delete the key" : ""));
        }
        byte[] bytes;
        try {
            bytes = codec.encode(value);
        } catch (CodecException e) {
            throw new CodecException("a value for " + this + " could not be encoded: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new CodecException("a value for " + this + " could not be encoded: " + e, e);
        }
        if (bytes.length > Limits.VALUE_BYTES_MAX) {
            throw new TooLargeException(
                    "a value for " + this + " has " + bytes.length + " bytes, more than " + Limits.VALUE_BYTES_MAX,
                    DantaException.Facts.NONE);
        }
        return Bytes.wrap(bytes);
    }

    /**
     * Elements of one change.
     *
     * @throws TooLargeException if they do not fit into one message; those that are spread over pages, see {@link Spread#byPage}
     */
    <E> List<Bytes> encodeAll(Codec<E> codec, java.util.Collection<E> elements) {
        List<Bytes> encoded = new ArrayList<>();
        long bytes = 0;
        for (E element : Given.notNull("a list of elements", elements)) {
            Bytes one = encode(codec, element);
            encoded.add(one);
            bytes += one.size() + Limits.ENTRY_BYTES;
        }
        if (!isSpread()) {
            requireFitting(bytes);
        }
        return encoded;
    }

    /** Whether a change of so many bytes, with what is around its elements, fits into one message. */
    void requireFitting(long bytes) {
        if (bytes > Limits.TX_BYTES_MAX) {
            throw new TooLargeException(
                    "a change of " + this + " takes " + bytes + " bytes, more than " + Limits.TX_BYTES_MAX,
                    DantaException.Facts.NONE);
        }
    }

    <E> Set<E> decodedAll(Codec<E> codec, java.util.Collection<Bytes> elements) {
        Set<E> decoded = new LinkedHashSet<>();
        for (Bytes element : elements) {
            decoded.add(decoded(codec, element));
        }
        return Collections.unmodifiableSet(decoded);
    }

    <V> Optional<V> decode(Codec<V> codec, @Nullable Bytes value) {
        return value == null ? Optional.empty() : Optional.of(decoded(codec, value));
    }

    <V> V decoded(Codec<V> codec, Bytes value) {
        try {
            return codec.decode(value.toArray());
        } catch (CodecException e) {
            throw new CodecException(
                    "a value of " + this + " could not be decoded: " + e.getMessage()
                            + "; another codec may have written it",
                    e);
        } catch (RuntimeException e) {
            throw new CodecException(
                    "a value of " + this + " could not be decoded: " + e + "; another codec may have written it", e);
        }
    }

    @Override
    public String toString() {
        return kind + " " + fullName();
    }
}
