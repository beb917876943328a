package dev.danta.client;

import dev.danta.ir.id.Bytes;
import java.nio.ByteBuffer;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** So much of an event stream, in microseconds since 1970. */
record EventPage(long from, long length) {
    /** By time, and of those that begin together the longest first. */
    static final Comparator<EventPage> IN_ORDER = Comparator.comparingLong(EventPage::from)
            .thenComparing(Comparator.comparingLong(EventPage::length).reversed());

    static EventPage of(long micros, long length) {
        return new EventPage(Math.floorDiv(micros, length) * length, length);
    }

    static EventPage parse(Bytes entry) {
        ByteBuffer buffer = ByteBuffer.wrap(entry.toArray());
        return new EventPage(buffer.getLong() ^ Long.MIN_VALUE, buffer.getLong());
    }

    Bytes entry() {
        return Bytes.wrap(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(from ^ Long.MIN_VALUE)
                .putLong(length)
                .array());
    }

    /** Where it ends: the first moment that is not in it. */
    long end() {
        return from + length;
    }

    boolean overlaps(long start, long end) {
        return from < end && start - length < from;
    }

    /** The last element tells a page and an index from each other and from those of any other stream. */
    Key in(Key stream) {
        return stream.and(Key.of("page", from, length));
    }

    /** The stream of which something is under this key; null if that is no page. */
    static @Nullable Key streamOf(Key place) {
        int last = place.size() - 1;
        boolean isPage = last > 0 && place.get(last) instanceof Key name && "page".equals(name.get(0));
        return isPage ? place.first(last) : null;
    }

    static Key indexOf(Key stream) {
        return stream.and(Key.of("index"));
    }
}
