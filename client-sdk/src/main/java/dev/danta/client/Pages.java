package dev.danta.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Goes through a range page by page, each of them by a strict read of its own. */
final class Pages<V> implements Iterator<Entry<V>> {
    /** Of a page, all of which is in memory at once. */
    private static final int PAGE_KEYS = 256;

    private final Page<V> page;
    private final Deque<Entry<V>> ready = new ArrayDeque<>();
    private KeyRange rest;
    private int left;
    private boolean atEnd;

    /** Reads one page, of as many as the range's limit says unless there are no more. */
    interface Page<V> {
        List<Placed<V>> read(KeyRange range);
    }

    Pages(KeyRange range, Page<V> page) {
        this.page = page;
        this.rest = KeyRange.given(range);
        this.left = range.limit();
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && left > 0 && !atEnd) {
            int wanted = Math.min(left, PAGE_KEYS);
            List<Placed<V>> read = page.read(rest.limit(wanted));
            for (Placed<V> placed : read) {
                if (placed.entry() != null) {
                    ready.add(placed.entry());
                }
            }
            left -= ready.size();
            atEnd = read.size() < wanted;
            rest = atEnd ? rest : rest.beyond(read.get(read.size() - 1).at());
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
}
