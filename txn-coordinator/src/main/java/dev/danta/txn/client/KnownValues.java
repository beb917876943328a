package dev.danta.txn.client;

import dev.danta.ir.id.ReplicaId;
import dev.danta.occ.Key;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.key.ShardMap;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What quorums have answered to reads of relaxed keys lately, and when they were asked. Whoever is content with what was
 * acknowledged some time ago is given that: an answer to a question of that time or later shows it.
 *
 * <p>A change of this client's own is joined in as soon as it is acknowledged, and into an answer that was asked for before
 * and comes after. What only that is known of is no answer. Where something was dropped meanwhile, the answer that comes after is
 * not remembered: it may be older.
 *
 * <p>Where a set of replicas is followed ({@link FreshKeeping}), what one of them tells is kept beside what a quorum has until
 * all of them have it: then a quorum has that, too. What the set has answered, while nothing is kept beside it, is what a quorum
 * would answer to a question of the moment up to which all of them have told everything.
 */
final class KnownValues {
    /** What was dropped is known by a hash only: some answers are not remembered that could be. */
    private static final int PLACES = 1024;

    private final int valueBytesMax;
    private final CacheStores.Store<Entry> entries;
    /** Nothing is kept for nobody. */
    private boolean isWanted;

    private long losses;
    /** By the place of keys: the number of the last loss there. */
    private final long[] lost = new long[PLACES];

    /**
     * How something was asked.
     *
     * @param nanos when
     * @param losses how often something had been dropped here by then
     * @param following the set that is followed, if its answers are vouched for; else 0
     */
    record Asked(long nanos, long losses, long following) {
        /** The same, not answered by all of that set. */
        Asked unvouched() {
            return new Asked(nanos, losses, 0);
        }
    }

    /** The set that is followed has told everything that was there at {@code upToNanos}. */
    record Vouched(long following, long upToNanos) {}

    /** An answer that was there; null if the key has no value. */
    record Hit(@Nullable RelaxedState state, boolean isVouched) {}

    /**
     * What is known of a key.
     *
     * @param state what a quorum has
     * @param askedNanos when the question was asked that this answers; null if it answers none
     * @param following the set that tells what changes here; 0 if none does
     * @param members how many replicas that is
     * @param isFollowed whether all of them have answered, too
     * @param beyond of each of that set that has told more than a quorum is known to have: what it has
     */
    private record Entry(
            @Nullable RelaxedState state,
            @Nullable Long askedNanos,
            long following,
            int members,
            boolean isFollowed,
            SortedMap<ReplicaId, RelaxedState> beyond)
            implements CacheStores.Sized {
        private static final SortedMap<ReplicaId, RelaxedState> NOTHING = Collections.emptySortedMap();

        static Entry of(@Nullable RelaxedState state, @Nullable Long askedNanos) {
            return new Entry(state, askedNanos, 0, 0, false, NOTHING);
        }

        /** The same, of which that set tells what changes. */
        Entry toldBy(long set, int size) {
            return set == following ? this : new Entry(state, askedNanos, set, size, false, NOTHING);
        }

        /** The same, of which {@code more} is known to be at a quorum. */
        Entry with(@Nullable RelaxedState more) {
            RelaxedState all = joined(state, more);
            SortedMap<ReplicaId, RelaxedState> left = new TreeMap<>();
            beyond.forEach((replica, told) -> {
                RelaxedState has = joined(told, all);
                if (has != null && !has.equals(all)) {
                    left.put(replica, has);
                }
            });
            return settled(all, left);
        }

        /** The same, when {@code replica} has told of {@code change}. */
        Entry told(ReplicaId replica, RelaxedState change) {
            RelaxedState has = joined(beyond.getOrDefault(replica, state), change);
            if (has == null || has.equals(state)) {
                return this;
            }
            SortedMap<ReplicaId, RelaxedState> more = new TreeMap<>(beyond);
            more.put(replica, has);
            return settled(state, more);
        }

        /** What all of the set have a quorum has. */
        private Entry settled(@Nullable RelaxedState all, SortedMap<ReplicaId, RelaxedState> more) {
            boolean isAtAll = members > 0
                    && more.size() == members
                    && more.values().stream().distinct().count() == 1;
            return isAtAll
                    ? new Entry(more.get(more.firstKey()), askedNanos, following, members, isFollowed, NOTHING)
                    : new Entry(all, askedNanos, following, members, isFollowed, more);
        }

        /** The same, which answers a question that was asked so. */
        Entry answered(Asked asked) {
            boolean isAllOfThem = asked.following() > 0 && asked.following() == following;
            return new Entry(state, later(this, asked.nanos()), following, members, isFollowed || isAllOfThem, beyond);
        }

        /** Where the key has changed its type nothing that is known fits together. */
        boolean fits(@Nullable RelaxedState other) {
            return fits(state, other) && beyond.values().stream().allMatch(told -> fits(told, other));
        }

        private static boolean fits(@Nullable RelaxedState one, @Nullable RelaxedState other) {
            return one == null || other == null || one.joins(other);
        }

        @Override
        public int sizeBytes() {
            int bytes = 64 + (state == null ? 0 : state.sizeBytes());
            for (RelaxedState told : beyond.values()) {
                bytes += 32 + told.sizeBytes();
            }
            return bytes;
        }
    }

    KnownValues(CacheStores stores, int valueBytesMax) {
        this.valueBytesMax = valueBytesMax;
        this.entries = stores.open("values", this::onLoss);
    }

    private void onLoss(Key key) {
        lost[ShardMap.placeOf(key.bytes(), PLACES)] = ++losses;
    }

    private void remove(Key key) {
        onLoss(key);
        entries.remove(key);
    }

    /**
     * The answer to a question that was asked at {@code sinceNanos} or later, or would be one, if there is one.
     *
     * @param vouched of the set that is followed for this key; null if none is
     */
    @Nullable
    Hit since(Key key, long sinceNanos, @Nullable Vouched vouched) {
        isWanted = true;
        Entry entry = entries.get(key);
        if (entry == null || entry.askedNanos() == null) {
            return null;
        }
        if (entry.askedNanos() - sinceNanos >= 0) {
            return new Hit(entry.state(), false);
        }
        boolean isVouched = vouched != null
                && vouched.upToNanos() - sinceNanos >= 0
                && entry.isFollowed()
                && entry.following() == vouched.following()
                && entry.beyond().isEmpty();
        return isVouched ? new Hit(entry.state(), true) : null;
    }

    /** A key is about to be asked for. */
    Asked ask(long nowNanos) {
        return new Asked(nowNanos, losses, 0);
    }

    /** A key is about to be asked of a set of so many: from now on what the set tells of it is noted. */
    Asked ask(Key key, long nowNanos, long following, int members) {
        Entry before = entries.get(key);
        if (before != null && before.following() > 0 && before.following() != following) {
            // What the set before tells is not noted any more, and it may be followed again.
            onLoss(key);
        }
        Asked asked = new Asked(nowNanos, losses, following);
        // Looking for it may have dropped it. Putting it there may, too, and that loss is one after the question.
        entries.put(key, (before == null ? Entry.of(null, null) : before).toldBy(following, members));
        return asked;
    }

    /** One of the set that is followed has told that the key was changed there. */
    void told(Key key, long following, ReplicaId by, RelaxedState change) {
        Entry entry = entries.get(key);
        if (entry == null || entry.following() != following) {
            return;
        }
        if (entry.fits(change)) {
            put(key, entry.told(by, change));
        } else {
            remove(key);
        }
    }

    /**
     * A quorum has answered {@code state} to a question that was asked so; what is to be given in place of it. If it is vouched for,
     * all of the set have answered.
     */
    @Nullable
    RelaxedState answered(Key key, @Nullable RelaxedState state, Asked asked) {
        Entry before = entries.get(key);
        boolean isLost = lost[ShardMap.placeOf(key.bytes(), PLACES)] > asked.losses();
        if (before == null || !before.fits(state)) {
            RelaxedState joined = before == null ? state : joined(state, before.state());
            if (!isLost) {
                replace(key, before, Entry.of(joined, later(before, asked.nanos())));
            }
            return joined;
        }
        Entry after = before.with(state);
        put(key, isLost ? after : after.answered(asked));
        return after.state();
    }

    private static Long later(@Nullable Entry before, long askedNanos) {
        Long asked = before == null ? null : before.askedNanos();
        return asked == null || askedNanos - asked >= 0 ? Long.valueOf(askedNanos) : asked;
    }

    /** A change of this client was acknowledged by a quorum. */
    void changed(Key key, RelaxedState change) {
        if (isWanted) {
            Entry before = entries.get(key);
            if (before == null) {
                put(key, Entry.of(change, null));
            } else if (before.fits(change)) {
                put(key, before.with(change));
            } else {
                replace(key, before, Entry.of(joined(before.state(), change), before.askedNanos()));
            }
        }
    }

    /** With what was known goes what was noted beside it, and no set tells of the key any more until it is asked for again. */
    private void replace(Key key, @Nullable Entry before, Entry after) {
        if (before != null) {
            onLoss(key);
        }
        put(key, after);
    }

    private void put(Key key, Entry entry) {
        if (isTooLong(entry.state()) || entry.beyond().values().stream().anyMatch(this::isTooLong)) {
            remove(key);
        } else {
            entries.put(key, entry);
        }
    }

    private boolean isTooLong(@Nullable RelaxedState state) {
        return state != null && state.sizeBytes() > valueBytesMax;
    }

    /** Where they cannot be joined the key has changed its type: the later one counts. */
    private static @Nullable RelaxedState joined(@Nullable RelaxedState one, @Nullable RelaxedState other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.joins(other) ? one.join(other) : other;
    }
}
