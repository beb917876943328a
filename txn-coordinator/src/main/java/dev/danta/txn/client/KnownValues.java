package dev.danta.txn.client;

import dev.danta.occ.Key;
import dev.danta.relaxed.RelaxedState;
import org.jspecify.annotations.Nullable;

/**
 * What quorums have answered to reads of relaxed keys lately, and when they were asked. Whoever is content with what was
 * acknowledged some time ago is given that: an answer to a question of that time or later shows it.
 *
 * <p>A change of this client's own is joined in as soon as it is acknowledged, and into an answer that was asked for before
 * and comes after. What only that is known of is no answer.
 */
final class KnownValues {
    private final int valueBytesMax;
    private final CacheStores.Store<Entry> entries;
    /** Nothing is kept for nobody. */
    private boolean isWanted;

    /** @param askedNanos when the question was asked that this answers; null if it answers none */
    private record Entry(
            @Nullable RelaxedState state, @Nullable Long askedNanos) implements CacheStores.Sized {
        @Override
        public int sizeBytes() {
            return 48 + (state == null ? 0 : state.sizeBytes());
        }
    }

    /** An answer that was there; null if the key has no value. */
    record Hit(@Nullable RelaxedState state) {}

    KnownValues(CacheStores stores, int valueBytesMax) {
        this.valueBytesMax = valueBytesMax;
        this.entries = stores.open("values", key -> {});
    }

    /** The answer to a question that was asked at {@code sinceNanos} or later, if there is one. */
    @Nullable
    Hit since(Key key, long sinceNanos) {
        isWanted = true;
        Entry entry = entries.get(key);
        return entry != null && entry.askedNanos() != null && entry.askedNanos() - sinceNanos >= 0
                ? new Hit(entry.state())
                : null;
    }

    /** A quorum has answered {@code state} to a question that was asked then; what is to be given in place of it. */
    @Nullable
    RelaxedState answered(Key key, @Nullable RelaxedState state, long askedNanos) {
        Entry before = entries.get(key);
        RelaxedState joined = before == null ? state : joined(state, before.state());
        Long asked = before == null ? null : before.askedNanos();
        put(key, new Entry(joined, asked == null || askedNanos - asked >= 0 ? Long.valueOf(askedNanos) : asked));
        return joined;
    }

    /** A change of this client was acknowledged by a quorum. */
    void changed(Key key, RelaxedState change) {
        if (isWanted) {
            Entry before = entries.get(key);
            put(
                    key,
                    before == null
                            ? new Entry(change, null)
                            : new Entry(joined(before.state(), change), before.askedNanos()));
        }
    }

    private void put(Key key, Entry entry) {
        if (entry.state() != null && entry.state().sizeBytes() > valueBytesMax) {
            entries.remove(key);
        } else {
            entries.put(key, entry);
        }
    }

    /** Where they cannot be joined the key has changed its type: the later one counts. */
    private static @Nullable RelaxedState joined(@Nullable RelaxedState one, @Nullable RelaxedState other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.joins(other) ? one.join(other) : other;
    }
}
