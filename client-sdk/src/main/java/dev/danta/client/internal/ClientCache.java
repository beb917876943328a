package dev.danta.client.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.danta.occ.Key;
import dev.danta.txn.client.CacheStores;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client remembers of keys, in so many bytes. What is dropped first, Caffeine decides: what was used seldom and not
 * lately. Its upkeep is done within the calls of the client's machine, so the stores are used by one thread at a time, and
 * the figures may be asked for by any.
 */
public final class ClientCache implements CacheStores {
    private static final int KEY_BYTES = 64;

    private final long bytesMaxEach;
    private final List<Cache<Key, ?>> stores = new CopyOnWriteArrayList<>();

    /** @param bytesMax about how many bytes both of the client's stores take together */
    public ClientCache(long bytesMax) {
        this.bytesMaxEach = bytesMax / 2;
    }

    /** About how many bytes are taken. */
    public long bytes() {
        return stores.stream()
                .mapToLong(store -> store.policy()
                        .eviction()
                        .map(eviction -> eviction.weightedSize().orElse(0))
                        .orElse(0L))
                .sum();
    }

    /** About how many keys there are. */
    public long entries() {
        return stores.stream().mapToLong(Cache::estimatedSize).sum();
    }

    @Override
    public <E extends Sized> Store<E> open(String kind, Consumer<Key> dropped) {
        Cache<Key, E> cache = Caffeine.newBuilder()
                .maximumWeight(bytesMaxEach)
                .weigher((Key key, E entry) -> KEY_BYTES + key.bytes().size() + entry.sizeBytes())
                .executor(Runnable::run)
                .evictionListener((@Nullable Key key, @Nullable E entry, RemovalCause cause) -> {
                    if (key != null) {
                        dropped.accept(key);
                    }
                })
                .build();
        stores.add(cache);
        return new Store<>() {
            @Override
            public @Nullable E get(Key key) {
                return cache.getIfPresent(key);
            }

            @Override
            public void put(Key key, E entry) {
                cache.put(key, entry);
            }

            @Override
            public void remove(Key key) {
                cache.invalidate(key);
            }
        };
    }
}
