package dev.danta.client;

import java.time.Instant;
import java.util.List;

/**
 * So much of several bounded counters, set aside under an id until it is confirmed, released, or its time is over: whichever comes
 * first, once and for all. Each of these is a strict transaction, may be asked for by any client that knows the id ({@link
 * Space#reservation}), and asked for again without harm. Immutable and thread-safe.
 */
public final class Reservation {
    private final Reservations reservations;
    private final String id;
    private final Status status;
    private final Instant until;
    private final List<Item> items;

    /** What has become of a reservation. */
    public enum Status {
        /** What it is of is set aside. */
        HELD,
        /** What it is of stays spent. */
        CONFIRMED,
        /** What it is of has come back, because somebody said so. */
        RELEASED,
        /** What it is of has come back, because its time was over. */
        EXPIRED,
        /** Nothing is known of it: it ended a day ago or earlier, or there never was one. */
        UNKNOWN
    }

    /**
     * So much of a counter.
     *
     * @param collection the name of a {@link BoundedCounter}
     * @param quantity from 1 on
     */
    public record Item(String collection, Key key, long quantity) {}

    Reservation(Reservations reservations, String id, Status status, Instant until, List<Item> items) {
        this.reservations = reservations;
        this.id = id;
        this.status = status;
        this.until = until;
        this.items = List.copyOf(items);
    }

    public String id() {
        return id;
    }

    /** What had become of it when this was read. */
    public Status status() {
        return status;
    }

    /** When its time is over, if it is held; after that, when it is forgotten. */
    public Instant until() {
        return until;
    }

    /** What it is of, in the order in which it was asked for. */
    public List<Item> items() {
        return items;
    }

    /**
     * Has what it is of stay spent, unless its time is over by this machine's clock.
     *
     * @return what has become of it: {@link Status#CONFIRMED}, now or before; anything else means that it is not, and never will be
     * @throws OutcomeUnknownException if the deadline passed before it was known; confirming it again is harmless
     */
    public Status confirm() {
        return reservations.confirm(id);
    }

    /**
     * Gives back what it is of.
     *
     * @return what has become of it: {@link Status#RELEASED}, now or before; {@link Status#EXPIRED} if it had come back already;
     *     {@link Status#CONFIRMED} if it is too late
     * @throws OutcomeUnknownException if the deadline passed before it was known; releasing it again is harmless
     */
    public Status release() {
        return reservations.release(id);
    }

    @Override
    public String toString() {
        return "reservation " + id + ", " + status + " until " + until;
    }
}
