package dev.danta.scenario;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Danta as one user sees it, and the user's clock and dice. Each call is answered once, by its deadline, which is the port's;
 * within the call or later, never two at the same time for one user.
 */
public interface Port {
    /** Runs a strict transaction, again and again on conflicts. */
    void transact(Work work, Consumer<Work.Ending> then);

    /** Makes room in a counter; acknowledged by a quorum. */
    void gain(Place counter, long amount, Consumer<Reply> then);

    /** Spends of a counter unless there is not enough. */
    void spend(Place counter, long amount, Way way, Consumer<Spent> then);

    /**
     * Spends of a counter unless there is not enough, and leaves it open where nobody knows by the deadline how that went. Where
     * the client dies first, {@code then} may not be told.
     *
     * @param inTheEnd told once where {@code then} is not told how it went, perhaps before it, by any thread: how it went after all;
     *     unknown where nobody will know any more, because the client is gone
     */
    void spend(Place counter, long amount, Way way, Consumer<Spent> then, Consumer<Spent> inTheEnd);

    /**
     * Spends of a counter unless there is not enough: strictly, and once under this key, whoever asks however often for the same.
     * Who asks again is told what was answered first, also if that was that there is not enough.
     */
    void spendOnce(Place counter, long amount, String key, Consumer<Spent> then);

    /**
     * Has this user's client hold so much of a counter, in all, for spends that are {@link Way#RELAXED}; not done if it holds less
     * in the end.
     */
    void stockUp(Place counter, long amount, Consumer<Reply> then);

    /** Gives back what this user's client holds of a counter. */
    void giveBack(Place counter, Consumer<Reply> then);

    /** Gives a register a value; null deletes it. */
    void put(Place register, @Nullable String value, Ack ack, Consumer<Reply> then);

    /** Reads a register. */
    void read(Place register, Look look, Consumer<Found<@Nullable String>> then);

    /** Adds an element to a set. */
    void add(Place set, String element, Ack ack, Consumer<Reply> then);

    /** Takes an element out of a set. */
    void remove(Place set, String element, Ack ack, Consumer<Reply> then);

    /** What a set has, in ascending order. */
    void members(Place set, Look look, Consumer<Found<List<String>>> then);

    /** Adds an event to a stream. Refused if it happened in the future. */
    void append(Place stream, Event event, Ack ack, Consumer<Reply> then);

    /** The events of a stream that happened from {@code fromMicros} on and before {@code toMicros}, by when they happened. */
    void events(Place stream, long fromMicros, long toMicros, Look look, Consumer<Found<List<Event>>> then);

    /**
     * Some of what has changed in records, registers or streams behind a cursor, as one replica of each shard has learned of it:
     * each change once at least, and those of one place in order, but for such as are marked.
     *
     * @param from null to begin: then only where to go on is of interest. What there is is to be read after that
     */
    void follow(Collection collection, @Nullable Cursor from, Consumer<Found<News>> then);

    /** Does {@code then} after a while. */
    void after(long nanos, Runnable then);

    /** What the user's clock on the wall shows, in microseconds since 1970; may be wrong and step. */
    long wallMicros();

    /** The time by which histories are ordered: the same for all users of a run, and never steps. */
    long nowNanos();

    /** A number from 0 on and below {@code bound}, by the user's own dice. */
    long draw(long bound);

    /** How a spend is done. */
    enum Way {
        /** As a transaction. */
        STRICT,
        /** As a transaction that may use the allowance. */
        STRICT_INTO_ALLOWANCE,
        /** Of an allotment where there is plenty. */
        RESERVED,
        /** Of what was allotted laxly to this user's client, and of nothing else: answered by one replica. */
        RELAXED
    }

    /** Who has a relaxed change before it is answered. */
    enum Ack {
        /** One replica: it may be lost with it. */
        ONE,
        /** A quorum. */
        QUORUM
    }

    /** Whom a relaxed read asks. */
    enum Look {
        /** One replica, which may be behind. */
        LOCAL,
        /** One that has all that this user has read so and changed before: what is shown never goes back. */
        SESSION,
        /** A quorum: everything that was acknowledged by quorums is seen, and this user has read it. */
        QUORUM
    }

    /**
     * Something that happened.
     *
     * @param id by whoever reports it; the same event reported twice is one event
     * @param whenMicros when it happened, in microseconds since 1970
     */
    record Event(String id, long whenMicros, String what) {}

    /** Where to go on following. */
    interface Cursor {}

    /**
     * What has changed.
     *
     * @param next where to go on; null if what comes there cannot be told any more
     */
    record News(List<Change> changes, @Nullable Cursor next) {
        public News {
            changes = List.copyOf(changes);
        }
    }

    /**
     * A change of a place.
     *
     * @param value what a record or a register has now; null if it was deleted, or of a stream
     * @param event of a stream; else null
     * @param isOvertaken whether there was something newer already
     */
    record Change(
            Place place, @Nullable String value, @Nullable Event event, boolean isOvertaken) {}

    /** How a change went. */
    enum Reply {
        DONE,
        /** It did not and will not take effect. */
        NOT_DONE,
        /** It may have taken effect, and may still. */
        UNKNOWN
    }

    /**
     * How a spend went.
     *
     * @param way how it was done in the end, where it was; null where nobody knows
     */
    record Spent(Status status, @Nullable Way way) {
        /** What is to be told. */
        public enum Status {
            ACCEPTED,
            /** Not enough, decided strictly; or, of a {@link Way#RELAXED} one, nothing held to spend it of. */
            LIMIT,
            /** It did not and will not take effect: nobody could decide. */
            NOT_DONE,
            UNKNOWN
        }
    }

    /** How a read went. */
    sealed interface Found<V extends @Nullable Object> {
        /** Read. */
        record Value<V extends @Nullable Object>(V value) implements Found<V> {}

        /** Not enough replicas answered in time. */
        record Nothing<V extends @Nullable Object>() implements Found<V> {}
    }
}
