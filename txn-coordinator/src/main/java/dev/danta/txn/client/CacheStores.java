package dev.danta.txn.client;

import dev.danta.occ.Key;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where a client keeps what it remembers of keys: bounded, and used by the client's machine alone. */
public interface CacheStores {
    /**
     * A store with nothing in it.
     *
     * @param kind tells the client's stores apart, in figures
     * @param dropped told, within the call that made it necessary, of each key whose entry was dropped for want of room
     */
    <E extends Sized> Store<E> open(String kind, Consumer<Key> dropped);

    /** What can be kept. */
    interface Sized {
        /** About how many bytes it takes in memory, without its key. */
        int sizeBytes();
    }

    /** Entries by key; any of them may be gone at any time. */
    interface Store<E> {
        @Nullable
        E get(Key key);

        void put(Key key, E entry);

        void remove(Key key);
    }

    /** Stores that each keep so many entries, those that were used last. */
    static CacheStores ofEntries(int entriesMax) {
        return new CacheStores() {
            @Override
            public <E extends Sized> Store<E> open(String kind, Consumer<Key> dropped) {
                return new UsedLast<>(entriesMax, dropped);
            }
        };
    }

    /** Keeps those entries that were used last. */
    final class UsedLast<E> implements Store<E> {
        private final int entriesMax;
        private final Consumer<Key> dropped;
        private final Map<Key, E> entries = new LinkedHashMap<>(16, 0.75f, true);

        private UsedLast(int entriesMax, Consumer<Key> dropped) {
            this.entriesMax = entriesMax;
            this.dropped = dropped;
        }

        @Override
        public @Nullable E get(Key key) {
            return entries.get(key);
        }

        @Override
        public void put(Key key, E entry) {
            entries.put(key, entry);
            if (entries.size() > entriesMax) {
                Key oldest = entries.keySet().iterator().next();
                entries.remove(oldest);
                dropped.accept(oldest);
            }
        }

        @Override
        public void remove(Key key) {
            entries.remove(key);
        }
    }
}
