package dev.danta.client;

import dev.danta.txn.client.ReservationRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A reservation to be made: {@code space.reserve(id).item(stock, shoe, 1).item(stock, laces, 2).ttl(tenMinutes).execute()}.
 * Immutable: each word gives another one.
 */
public final class Reserve {
    static final Duration TTL = Duration.ofMinutes(10);
    static final Duration TTL_MAX = Duration.ofDays(365);

    private final Reservations reservations;
    private final String id;
    private final List<Wanted> wanted;
    private final Duration ttl;
    private final TxOptions options;

    /** An item, and where it is. */
    record Wanted(BoundedCounter counter, Key key, long quantity) {
        ReservationRecord.Item item() {
            return new ReservationRecord.Item(counter.encode(key), counter.room(), quantity);
        }
    }

    Reserve(Reservations reservations, String id) {
        this(reservations, id, List.of(), TTL, Tx.options());
    }

    private Reserve(Reservations reservations, String id, List<Wanted> wanted, Duration ttl, TxOptions options) {
        this.reservations = reservations;
        this.id = id;
        this.wanted = wanted;
        this.ttl = ttl;
        this.options = options;
    }

    /**
     * And so much of this counter; of one that was named before, that much more.
     *
     * @param quantity at least 1
     * @throws IllegalArgumentException if it is less, or there are more than 200 counters
     * @throws ArithmeticException if of one counter it is more than a long can say
     * @throws TooLargeException if the key is longer than those of other collections may be, less 27 bytes
     */
    public Reserve item(BoundedCounter counter, Key key, long quantity) {
        BoundedCounter.requirePositive(quantity);
        dev.danta.occ.Key encoded = Given.notNull("a bounded counter: make one by Space.boundedCounter", counter)
                .encode(key);
        List<Wanted> all = new ArrayList<>();
        long more = quantity;
        for (Wanted before : wanted) {
            if (before.counter().encode(before.key()).equals(encoded)) {
                more = Math.addExact(more, before.quantity());
            } else {
                all.add(before);
            }
        }
        all.add(new Wanted(counter, key, more));
        if (all.size() > ReservationRecord.ITEMS_MAX) {
            throw new IllegalArgumentException(
                    "a reservation is of at most " + ReservationRecord.ITEMS_MAX + " counters");
        }
        return new Reserve(reservations, id, List.copyOf(all), ttl, options);
    }

    /**
     * How long it is held unless it is confirmed or released; 10 minutes unless it is said. What it is of comes back soon after,
     * at the latest when somebody else reserves or spends in the space and there is not enough.
     *
     * @throws IllegalArgumentException if it is not positive, or longer than a year
     */
    public Reserve ttl(Duration newTtl) {
        if (Calls.requirePositive("a time to live", newTtl).compareTo(TTL_MAX) > 0) {
            throw new IllegalArgumentException("a reservation is held for a year at most, not for " + newTtl);
        }
        return new Reserve(reservations, id, wanted, newTtl, options);
    }

    /** How long reserving may take; in place of the client's own deadline. */
    public Reserve deadline(Duration newDeadline) {
        return new Reserve(reservations, id, wanted, ttl, options.deadline(newDeadline));
    }

    /**
     * Reserves all of it or nothing, in one strict transaction. What clients hold of the counters is called in, and what is due of
     * other reservations of the space for a second brought back, before it is refused. If there is a reservation under the id it is
     * the answer, whatever has become of it, and nothing is done.
     *
     * @throws IllegalStateException if there are no items
     * @throws IdempotencyMismatchException if what was reserved under the id is something else
     * @throws ConflictException if others were in the way as often as is allowed
     * @throws OutcomeUnknownException if the deadline passed before it was known; reserving again under the same id is harmless
     */
    public ReserveResult execute() {
        if (wanted.isEmpty()) {
            throw new IllegalStateException("a reservation is of something: name an item");
        }
        return reservations.reserve(id, wanted, ttl, options);
    }
}
