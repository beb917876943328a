package dev.danta.client;

import dev.danta.txn.client.ClientCall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a range within a transaction, page by page: what nobody comes to is not read. What the transaction itself
 * has written by then is shown, too.
 */
final class Scan<V> implements Iterator<Entry<V>> {
    /** Of the first page; each is twice the one before, as far as that goes. */
    private static final int FIRST_PAGE_KEYS = 256;

    private final Tx tx;
    private final Table<V> table;
    private final boolean reversed;
    private final Deque<Entry<V>> ready = new ArrayDeque<>();
    private dev.danta.occ.@Nullable KeyRange rest;
    private int left;
    private int pageKeys = FIRST_PAGE_KEYS;

    Scan(Tx tx, Table<V> table, KeyRange range) {
        this.tx = tx;
        this.table = table;
        this.reversed = KeyRange.given(range).isReversed();
        this.rest = range.in(table.collection());
        this.left = range.limit();
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && left > 0 && rest != null) {
            readPage(rest);
        }
        return !ready.isEmpty();
    }

    @Override
    public Entry<V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the range has no more keys");
        }
        return ready.remove();
    }

    private void readPage(dev.danta.occ.KeyRange range) {
        dev.danta.occ.KeyRange part = tx.load(range, Math.min(left, pageKeys), reversed);
        pageKeys = Math.min(2 * pageKeys, ClientCall.RANGE_KEYS_MAX);
        for (dev.danta.occ.Key key : tx.seenIn(part, reversed)) {
            if (left > 0) {
                V value = tx.valueIn(table, key);
                if (value != null) {
                    ready.add(new Entry<>(Key.decoded(key), value));
                    left--;
                }
            }
        }
        rest = reversed ? rangeOrNull(range.from(), part.from()) : rangeOrNull(part.to(), range.to());
    }

    private static dev.danta.occ.@Nullable KeyRange rangeOrNull(dev.danta.occ.Key from, dev.danta.occ.Key to) {
        return from.equals(to) ? null : new dev.danta.occ.KeyRange(from, to);
    }

    Stream<Entry<V>> stream() {
        return streamOf(this);
    }

    static <T> Stream<T> streamOf(Iterator<T> iterator) {
        int traits = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator, traits), false);
    }
}
