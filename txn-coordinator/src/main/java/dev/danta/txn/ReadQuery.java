package dev.danta.txn;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Query;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions that a participant answers from its committed state. */
public sealed interface ReadQuery extends Query {
    /** The newest versions of these strict keys, in this order. */
    record Versions(List<Key> keys) implements ReadQuery {
        public Versions {
            keys = List.copyOf(keys);
        }
    }

    /**
     * The newest versions of the strict keys of a range, deletions included, and at most so many.
     *
     * @param limit from 1 to {@link #RANGE_ENTRIES_MAX}; a replica may stop sooner, after a first one
     * @param fromEnd whether the last ones are wanted, if not all; else the first ones
     */
    record Range(KeyRange range, int limit, boolean fromEnd) implements ReadQuery {
        public Range {
            if (limit < 1 || limit > RANGE_ENTRIES_MAX) {
                throw new IllegalArgumentException(
                        "a range is read in parts of 1 to " + RANGE_ENTRIES_MAX + " keys, not " + limit);
            }
        }

        /** The first ones. */
        public Range(KeyRange range, int limit) {
            this(range, limit, false);
        }
    }

    /** How many keys of a range are answered at once at most. */
    int RANGE_ENTRIES_MAX = 1000;

    /** The value of this relaxed key. */
    record Relaxed(Key key) implements ReadQuery {}

    /**
     * The hashes of the values of these relaxed keys: where nothing has changed, they need not be sent.
     *
     * @param keys from 1 to {@link #HASHES_MAX}
     */
    record Hashes(List<Key> keys, HashKey hashKey) implements ReadQuery {
        public Hashes {
            keys = List.copyOf(keys);
            if (keys.isEmpty() || keys.size() > HASHES_MAX) {
                throw new IllegalArgumentException("1 to " + HASHES_MAX + " keys are hashed, not " + keys.size());
            }
        }
    }

    /** How many values are hashed for one question at most. */
    int HASHES_MAX = 1000;

    /**
     * One replica's share of a strict read of one key (protocol.md 5.1).
     *
     * @param g the greatest {@code deletedBelow} that the client had heard of when this round began: a replica that has
     *     forgotten more does not answer
     */
    record KeyRead(Key key, Timestamp g) implements ReadQuery {}

    /**
     * Whether what was read in this shard is still the newest, and nobody is about to change it (protocol.md 5.1).
     *
     * @param reads what was read, without any write
     * @param g as in {@link KeyRead}
     */
    record Validate(AccessSet reads, Timestamp g) implements ReadQuery {
        public Validate {
            if (!reads.writes().isEmpty()) {
                throw new IllegalArgumentException("a validation writes nothing: " + reads.writes());
            }
        }
    }

    /**
     * What has changed at a replica behind {@code after}, as its log has it: the feed (protocol.md 7).
     *
     * @param after null: nothing of it, only where the log ends now
     * @param keys changes of other keys are left out
     * @param limit from 1 to {@link #CHANGES_MAX}: what one operation changed is not divided, so it may be more; or less,
     *     where the answer would be too large
     * @param holdMillis how long an answer may be held back that says that there is nothing new, up to {@link
     *     #HOLD_MILLIS_MAX}; it may as well come at once
     */
    record Feed(@Nullable LogPosition after, KeyRange keys, int limit, int holdMillis) implements ReadQuery {
        public Feed {
            if (holdMillis < 0 || holdMillis > HOLD_MILLIS_MAX) {
                throw new IllegalArgumentException(
                        "an answer is held back for 0 to " + HOLD_MILLIS_MAX + " ms, not " + holdMillis);
            }
            if (limit < 1 || limit > CHANGES_MAX) {
                throw new IllegalArgumentException(
                        "a feed is read in parts of 1 to " + CHANGES_MAX + " changes, not " + limit);
            }
        }
    }

    /** How many changes are asked for at once at most. */
    int CHANGES_MAX = 1000;

    /** How long the answer to a {@link Feed} is held back at most. */
    int HOLD_MILLIS_MAX = 10_000;
}
