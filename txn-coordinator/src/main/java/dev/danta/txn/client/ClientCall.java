package dev.danta.txn.client;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.LogCursor;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Write;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.HashKey;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.counter.CounterBounds;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an application can ask of its client. Each call is answered once, by a {@link CallOutcome}, by its deadline. */
public sealed interface ClientCall {
    /**
     * The newest versions that one replica of each shard has: not validated, see {@link Commit}.
     *
     * @param cached whether what this client remembers will do, however old, and what is read is to be remembered
     */
    record ReadVersions(List<Key> keys, boolean cached) implements ClientCall {
        public ReadVersions {
            keys = List.copyOf(keys);
        }

        /** Asks. */
        public ReadVersions(List<Key> keys) {
            this(keys, false);
        }
    }

    /**
     * The newest versions in a range, deletions included, of one replica of each shard that may have some: not validated,
     * see {@link Commit}. Answered by {@link CallOutcome.RangeFound}.
     *
     * @param limit how many versions at most, from 1 to {@link #RANGE_KEYS_MAX}: what comes after them was not read
     * @param fromEnd whether it begins with the last one, and what comes before them was not read
     */
    record ReadRange(KeyRange range, int limit, boolean fromEnd) implements ClientCall {
        public ReadRange {
            if (limit < 1 || limit > RANGE_KEYS_MAX) {
                throw new IllegalArgumentException(
                        "a read of a range gives 1 to " + RANGE_KEYS_MAX + " versions, not " + limit);
            }
        }

        /** One that begins with the first. */
        public ReadRange(KeyRange range, int limit) {
            this(range, limit, false);
        }
    }

    /** How many versions one {@link ReadRange} gives at most. */
    int RANGE_KEYS_MAX = 4096;

    /**
     * Commit a transaction: what it read must still be the newest, then its writes take effect, all or none.
     *
     * @param ranges what was read of ranges, on all shards together: every version seen in each of them, deletions
     *     included; whatever is not listed was never there
     */
    record Commit(List<Read> reads, List<RangeRead> ranges, List<Write> writes) implements ClientCall {
        public Commit {
            reads = List.copyOf(reads);
            ranges = List.copyOf(ranges);
            writes = List.copyOf(writes);
            if (reads.isEmpty() && ranges.isEmpty() && writes.isEmpty()) {
                throw new IllegalArgumentException("a transaction that touches nothing needs no commit");
            }
            requireDistinct("read", reads.stream().map(Read::key).toList());
            requireDistinct("range", ranges.stream().map(RangeRead::range).toList());
            requireDistinct("write", writes.stream().map(Write::key).toList());
        }

        /** One that has read no range. */
        public Commit(List<Read> reads, List<Write> writes) {
            this(reads, List.of(), writes);
        }

        private static <N extends Comparable<N>> void requireDistinct(String access, List<N> names) {
            TreeSet<N> distinct = new TreeSet<>();
            for (N name : names) {
                if (!distinct.add(name)) {
                    throw new IllegalArgumentException("a transaction names a " + access + " twice: " + name);
                }
            }
        }
    }

    /**
     * Strictly, without leaving anything behind on a replica: the values that these keys had, all at one moment between
     * this call and its answer (protocol.md 5.1). One key takes one round trip, several take two.
     */
    record ReadStrict(List<Key> keys) implements ClientCall {
        public ReadStrict {
            keys = List.copyOf(keys);
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("a strict read names at least one key");
            }
            Commit.requireDistinct("read", keys);
        }
    }

    /**
     * Whether what a read-only transaction has read was the newest of each key at one moment after this call: if so, it is
     * strict, and has left nothing behind on a replica (protocol.md 5.1).
     */
    record Validate(List<Read> reads, List<RangeRead> ranges) implements ClientCall {
        public Validate {
            reads = List.copyOf(reads);
            ranges = List.copyOf(ranges);
            if (reads.isEmpty() && ranges.isEmpty()) {
                throw new IllegalArgumentException("a transaction that has read nothing needs no validation");
            }
            Commit.requireDistinct("read", reads.stream().map(Read::key).toList());
            Commit.requireDistinct(
                    "range", ranges.stream().map(RangeRead::range).toList());
        }

        /** One that has read no range. */
        public Validate(List<Read> reads) {
            this(reads, List.of());
        }
    }

    /**
     * The outcome of a transaction that was answered with "unknown", of this client or any other. Asking settles it.
     *
     * @param participants as that answer named them, or none if only the id is known. What no replica has heard of is
     *     aborted if they are given; else it may be on its way to any shard, and is waited for
     */
    record AwaitOutcome(Timestamp txn, List<ShardId> participants) implements ClientCall {
        public AwaitOutcome {
            participants = List.copyOf(participants);
        }
    }

    /** A change of a relaxed value. Answered by {@link CallOutcome.Updated} once {@link #ack} have it durably. */
    sealed interface Change extends ClientCall {
        Key key();

        /** Who has to have it before it is answered; it is brought to every replica anyway. */
        Ack ack();
    }

    /** How many replicas acknowledge a relaxed change. */
    enum Ack {
        /** One: it is lost if that one loses its disk before it has told others, or before this client has. */
        ONE,
        /** A quorum: every read of a quorum that begins later shows it. */
        QUORUM
    }

    /**
     * A relaxed change that this client stamps with its clock, above everything it has read. Refused if {@link #after} is so far
     * ahead of this client's clock that replicas would refuse it.
     */
    sealed interface Stamped extends Change {
        /** The change comes after what was written then. */
        Timestamp after();

        /** The change as the client makes it at {@code stamp}. */
        RelaxedState at(Timestamp stamp);
    }

    /** Give a relaxed register a value (null deletes it). */
    record PutRegister(Key key, @Nullable Bytes value, Timestamp after, Ack ack) implements Stamped {
        /** Acknowledged by a quorum. */
        public PutRegister(Key key, @Nullable Bytes value, Timestamp after) {
            this(key, value, after, Ack.QUORUM);
        }

        /** After nothing in particular. */
        public PutRegister(Key key, @Nullable Bytes value) {
            this(key, value, Timestamp.ZERO);
        }

        @Override
        public RelaxedState at(Timestamp stamp) {
            return new LwwRegister(stamp, value);
        }
    }

    /** Add some elements to a relaxed set and remove others from it, all with one stamp; what is in both is removed. */
    record ChangeSet(Key key, List<Bytes> added, List<Bytes> removed, Timestamp after, Ack ack) implements Stamped {
        public ChangeSet {
            added = List.copyOf(added);
            removed = List.copyOf(removed);
        }

        /** Acknowledged by a quorum. */
        public ChangeSet(Key key, List<Bytes> added, List<Bytes> removed, Timestamp after) {
            this(key, added, removed, after, Ack.QUORUM);
        }

        @Override
        public RelaxedState at(Timestamp stamp) {
            return LwwSet.change(added, removed, stamp);
        }
    }

    /** Give some fields of a relaxed map values and remove others, all with one stamp; what is in both is removed. */
    record ChangeMap(Key key, SortedMap<Bytes, Bytes> put, List<Bytes> removed, Timestamp after, Ack ack)
            implements Stamped {
        public ChangeMap {
            put = Collections.unmodifiableSortedMap(new TreeMap<>(put));
            removed = List.copyOf(removed);
        }

        /** Acknowledged by a quorum. */
        public ChangeMap(Key key, SortedMap<Bytes, Bytes> put, List<Bytes> removed, Timestamp after) {
            this(key, put, removed, after, Ack.QUORUM);
        }

        @Override
        public RelaxedState at(Timestamp stamp) {
            return LwwMap.change(put, removed, stamp);
        }
    }

    /**
     * Join a state into a relaxed value: elements of a grow-only set, or what was changed elsewhere and has its stamps already.
     * Refused if its stamps are so far ahead of this client's clock that replicas would refuse them, or if it speaks for this
     * client itself as a counter's.
     */
    record Join(Key key, RelaxedState change, Ack ack) implements Change {
        /** Acknowledged by a quorum. */
        public Join(Key key, RelaxedState change) {
            this(key, change, Ack.QUORUM);
        }
    }

    /** Add to a relaxed counter. */
    record AddToCounter(Key key, long amount, Ack ack) implements Change {
        /** Acknowledged by a quorum. */
        public AddToCounter(Key key, long amount) {
            this(key, amount, Ack.QUORUM);
        }
    }

    /**
     * Make room in a bounded counter. Acknowledged by a quorum it is seen by every {@link Spend} that begins later; by one, once
     * a quorum has it.
     *
     * @param amount from 1 on
     */
    record Gain(Key key, long amount, Ack ack) implements Change {
        public Gain {
            requireCounter(key);
            requirePositive(amount);
        }

        /** Acknowledged by a quorum. */
        public Gain(Key key, long amount) {
            this(key, amount, Ack.QUORUM);
        }
    }

    /**
     * Spend of a bounded counter, unless there is not enough. Answered by {@link CallOutcome.Spent}; by {@link
     * CallOutcome.Unknown} or {@link CallOutcome.UpdateUnknown} if it may have been done, or may still be.
     *
     * @param bounds what the counter is as long as nobody has spent of it; the same in every call
     * @param amount from 1 on
     * @param intoAllowance whether it may use the counter's allowance
     */
    record Spend(Key key, CounterBounds bounds, long amount, SpendManner manner, boolean intoAllowance)
            implements ClientCall {
        public Spend {
            requireCounter(key);
            requirePositive(amount);
        }
    }

    /**
     * What is left of a bounded counter, strictly. Answered by {@link CallOutcome.CounterValue}.
     *
     * @param exact whether all allotments are called in first, so that nothing is left but room
     */
    record ReadCounter(Key key, CounterBounds bounds, boolean exact) implements ClientCall {
        public ReadCounter {
            requireCounter(key);
        }
    }

    /**
     * Hold so much of a bounded counter in a lax allotment, or what there is of it, down to the allowance: to be spent also while
     * no quorum can be reached. Answered by {@link CallOutcome.Held}; by {@link CallOutcome.Unknown} if more may be held then
     * than before.
     *
     * @param amount from 1 on; if as much is held already, nothing is done
     */
    record Hold(Key key, CounterBounds bounds, long amount) implements ClientCall {
        public Hold {
            requireCounter(key);
            requirePositive(amount);
        }
    }

    /**
     * Close the allotments that this client has of a bounded counter, lax ones, too. Answered by {@link CallOutcome.GivenBack}; by
     * {@link CallOutcome.Unknown} if they may be closed yet.
     */
    record GiveBack(Key key, CounterBounds bounds) implements ClientCall {
        public GiveBack {
            requireCounter(key);
        }
    }

    /**
     * What bounded counters are, for a transaction that decides about them beside whatever else it reads and writes. Answered by
     * {@link CallOutcome.CountersOpened}. Nothing is done by it but that allotments are called in.
     *
     * @param asks no two of one counter
     * @param cached whether what this client remembers of their records will do at first, however old
     */
    record OpenCounters(List<Ask> asks, boolean cached) implements ClientCall {
        public OpenCounters {
            asks = List.copyOf(asks);
            TreeSet<Key> keys = new TreeSet<>();
            asks.forEach(ask -> keys.add(ask.key()));
            if (asks.isEmpty() || keys.size() < asks.size()) {
                throw new IllegalArgumentException("counters are opened once each, and at least one is: " + asks);
            }
        }

        /**
         * What is wanted of one counter.
         *
         * @param bounds as in {@link Spend}
         * @param amount how much the transaction spends of it in all; 0 if it only gains or tells. Where there is not enough
         *     for it, allotments are called in
         * @param intoAllowance whether it may use the counter's allowance
         * @param calledIn what was spent of those allotments that an earlier call has called in for this transaction: it has
         *     decided by that already, and closes them with that. Another quorum may know of more
         */
        public record Ask(
                Key key,
                CounterBounds bounds,
                long amount,
                boolean intoAllowance,
                Need need,
                SortedMap<Timestamp, Long> calledIn) {
            public Ask {
                requireCounter(key);
                calledIn = Collections.unmodifiableSortedMap(new TreeMap<>(calledIn));
                if (amount < 0) {
                    throw new IllegalArgumentException("an amount is not negative: " + amount);
                }
            }

            /** Nothing was called in before. */
            public Ask(Key key, CounterBounds bounds, long amount, boolean intoAllowance, Need need) {
                this(key, bounds, amount, intoAllowance, need, Collections.emptySortedMap());
            }
        }

        /** What else a transaction may do with what it is told. */
        public enum Need {
            /** Spend, gain, and tell whether there is enough; not how much there is. */
            TO_CHANGE,
            /** Besides, tell how much there is that nobody has an allotment of. */
            ROOM,
            /** Besides, tell how much there is in all: all allotments are called in but lax ones. */
            ALL
        }
    }

    private static void requireCounter(Key key) {
        AllotmentKey.of(key, Timestamp.ZERO);
    }

    private static void requirePositive(long amount) {
        if (amount < 1) {
            throw new IllegalArgumentException("an amount is at least 1: " + amount);
        }
    }

    /**
     * The value of a relaxed key.
     *
     * @param mark the answer has at least this; null if anything will do
     * @param maxAgeNanos what a quorum answered this client so long ago will do, too; 0 if it is to be asked now. Only at
     *     {@link Level#QUORUM}
     */
    record ReadRelaxed(Key key, Level level, @Nullable Mark mark, long maxAgeNanos) implements ClientCall {
        public ReadRelaxed {
            if (maxAgeNanos < 0 || (maxAgeNanos > 0 && level != Level.QUORUM)) {
                throw new IllegalArgumentException("only what a quorum answered has an age: " + maxAgeNanos + " ns");
            }
        }

        /** Asks now. */
        public ReadRelaxed(Key key, Level level) {
            this(key, level, null, 0);
        }
    }

    /**
     * The hashes of relaxed values: of those of which one replica says it, or all of a quorum say the same. Then a read would have
     * shown what hashes so. Answered by {@link CallOutcome.Hashes}.
     *
     * @param level not {@link Level#SESSION}: a hash does not say what is in a value
     */
    record HashRelaxed(List<Key> keys, HashKey hashKey, Level level) implements ClientCall {
        public HashRelaxed {
            keys = List.copyOf(keys);
            if (level == Level.SESSION) {
                throw new IllegalArgumentException("what a session has seen cannot be seen by a hash");
            }
        }
    }

    /** How much of a relaxed value is asked for. */
    enum Level {
        /** One replica: fast, may miss what others have. */
        LOCAL,
        /** The same, of a replica that has all that is marked; more are asked until there is one, or several together. */
        SESSION,
        /** A quorum, joined and written back: sees every update that a quorum acknowledged before. */
        QUORUM
    }

    /**
     * What one replica of a shard has learned behind a cursor into its log: the feed (protocol.md 7). Answered by {@link
     * CallOutcome.Followed} or {@link CallOutcome.FeedGap}; where nothing happens, when the replica says so after a while, or at the
     * deadline.
     *
     * @param after in the log of which replica, and from where; null: only where the log of some replica ends now
     * @param keys changes of other keys are left out
     * @param limit about how many changes, from 1 to {@link ReadQuery#CHANGES_MAX}
     */
    record Follow(ShardId shard, @Nullable LogCursor after, KeyRange keys, int limit) implements ClientCall {
        public Follow {
            if (limit < 1 || limit > ReadQuery.CHANGES_MAX) {
                throw new IllegalArgumentException(
                        "a feed is followed in parts of 1 to " + ReadQuery.CHANGES_MAX + " changes, not " + limit);
            }
        }
    }

    /** About collections that are kept fresh; answered at once. */
    sealed interface FreshCall extends ClientCall {}

    /**
     * Keep what is remembered of a collection fresh by feeds, until {@link LetGo}. Answered by {@link CallOutcome.KeptFresh}; refused if something else is kept fresh that begins with the same key.
     *
     * @param keys all keys of the collection
     * @param strict whether it is a strict one: then what is remembered is replaced by what is newer. Of relaxed values an older
     *     answer may then do for {@link ReadRelaxed}
     * @param withinNanos so old may reads want relaxed values to be, at the least, that they are to be saved: a third of it is how
     *     long replicas that have nothing new may hold their answers back, or are left alone
     */
    record KeepFresh(KeyRange keys, boolean strict, long withinNanos) implements FreshCall {
        public KeepFresh {
            if (withinNanos < 1) {
                throw new IllegalArgumentException("nothing is kept fresh within " + withinNanos + " ns");
            }
        }
    }

    /** What {@link KeepFresh} has begun is not wanted any more; others may want the same still. Answered as that was. */
    record LetGo(long kept) implements FreshCall {}

    /** How far behind the feeds are that {@link KeepFresh} has begun. Answered by {@link CallOutcome.Lag}. */
    record ReadLag(long kept) implements FreshCall {}

    /**
     * Delete those idempotency records of a range that were kept as long as they say, in one transaction. Answered by {@link
     * CallOutcome.Cleaned}, also if nothing could be done.
     *
     * @param range some of {@link IdempotencyRecord#all}
     * @param limit how many records are looked at at most, from 1 to {@link #RANGE_KEYS_MAX}
     */
    record CleanRequests(KeyRange range, int limit) implements ClientCall {
        public CleanRequests {
            if (limit < 1 || limit > RANGE_KEYS_MAX) {
                throw new IllegalArgumentException(
                        "1 to " + RANGE_KEYS_MAX + " records are looked at at once, not " + limit);
            }
        }
    }

    /** Wait until nothing is under way any more and every replica has acknowledged what it must have. */
    record Drain() implements ClientCall {}
}
