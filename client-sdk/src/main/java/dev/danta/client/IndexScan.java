package dev.danta.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Goes through a range of an index within a transaction, and fetches the records a few at a time. */
final class IndexScan<V> implements Iterator<Placed<V>> {
    private static final int RECORDS_AT_ONCE = 64;

    private final Tx tx;
    private final Index<V> index;
    private final Iterator<Entry<byte[]>> places;
    private final Deque<Placed<V>> ready = new ArrayDeque<>();

    IndexScan(Tx tx, Index<V> index, Iterator<Entry<byte[]>> places) {
        this.tx = tx;
        this.index = index;
        this.places = places;
    }

    @Override
    public boolean hasNext() {
        return !ready.isEmpty() || places.hasNext();
    }

    @Override
    public Placed<V> next() {
        if (ready.isEmpty()) {
            fetch();
        }
        return ready.remove();
    }

    private void fetch() {
        Map<Key, Key> records = new LinkedHashMap<>();
        while (records.size() < RECORDS_AT_ONCE && places.hasNext()) {
            Entry<byte[]> place = places.next();
            records.put(place.key(), index.recordOf(place));
        }
        Map<Key, V> values = tx.getAll(index.table(), records.values());
        records.forEach((at, key) -> {
            V value = values.get(key);
            Entry<V> entry = value != null && index.shows(at, key, value) ? new Entry<>(key, value) : null;
            ready.add(new Placed<>(at, entry));
        });
    }
}
