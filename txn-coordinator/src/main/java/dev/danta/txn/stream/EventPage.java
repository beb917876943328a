package dev.danta.txn.stream;

import dev.danta.ir.id.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of an event stream: what happened in so much time, in microseconds since 1970. It is a relaxed map under a key of its own,
 * from {@link EventId} to event; which pages there are is in the stream's index, a grow-only set.
 *
 * @param from the first moment that is in it
 * @param length so much time
 */
public record EventPage(long from, long length) {
    /** By time, and of those that begin together the longest first. */
    public static final Comparator<EventPage> IN_ORDER = Comparator.comparingLong(EventPage::from)
            .thenComparing(Comparator.comparingLong(EventPage::length).reversed());

    private static final String PAGE = "page";
    private static final List<Object> INDEX = List.of("index");

    /** The page that a moment is on, of those of a length. */
    public static EventPage of(long micros, long length) {
        return new EventPage(Math.floorDiv(micros, length) * length, length);
    }

    /** The page of which this is the {@link #entry}. */
    public static EventPage parse(Bytes entry) {
        ByteBuffer buffer = ByteBuffer.wrap(entry.toArray());
        return new EventPage(buffer.getLong() ^ Long.MIN_VALUE, buffer.getLong());
    }

    /** How it stands in the index. */
    public Bytes entry() {
        return Bytes.wrap(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(from ^ Long.MIN_VALUE)
                .putLong(length)
                .array());
    }

    /** Where it ends: the first moment that is not in it. */
    public long end() {
        return from + length;
    }

    /** Whether something that happened at {@code start} or later and before {@code end} may be on it. */
    public boolean overlaps(long start, long end) {
        return from < end && start - length < from;
    }

    /** The key of this page of a stream. Its last element tells it from the index, and from those of any other stream. */
    public List<Object> in(List<Object> stream) {
        return beside(stream, List.of(PAGE, from, length));
    }

    /** The key of a stream's index. */
    public static List<Object> indexOf(List<Object> stream) {
        return beside(stream, INDEX);
    }

    private static List<Object> beside(List<Object> stream, List<Object> name) {
        List<Object> key = new ArrayList<>(stream);
        key.add(name);
        return List.copyOf(key);
    }

    /** The stream of which this is the key of a page; null if it is no page's. */
    public static @Nullable List<Object> streamOf(List<Object> key) {
        int last = key.size() - 1;
        boolean isPage = last > 0 && key.get(last) instanceof List<?> name && PAGE.equals(name.get(0));
        return isPage ? List.copyOf(key.subList(0, last)) : null;
    }
}
