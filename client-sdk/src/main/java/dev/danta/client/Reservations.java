package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.ir.id.Bytes;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ReservationRecord;
import dev.danta.txn.client.ReservationRecord.State;
import dev.danta.txn.key.KeyLayout;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The reservations of one space. Each has a record and, beside it, an entry by the time at which it is due: to expire if it is
 * held, to be forgotten if it has ended. Whoever ends it has read the record in the same transaction. Thread-safe.
 */
final class Reservations {
    /** How long it is known how a reservation has ended. */
    static final Duration KEPT = Duration.ofDays(1);

    /** How much that is due is looked at before somebody is told that there is not enough. */
    private static final int DUE_AT_ONCE = 64;

    private static final Bytes NOTHING = Bytes.EMPTY;

    private final DantaClient client;
    private final Space space;
    private final Clock clock;

    /** What reserving came to; one of them is null. */
    private record Came(@Nullable ReservationRecord record, List<Reserve.Wanted> missing) {}

    Reservations(DantaClient client, Space space, Clock clock) {
        this.client = client;
        this.space = space;
        this.clock = clock;
    }

    String space() {
        return space.name();
    }

    private long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    private dev.danta.occ.Key keyOf(String id) {
        if (Given.notNull("an id", id).isEmpty()) {
            throw new IllegalArgumentException("a reservation's id has at least one character");
        }
        try {
            return ReservationRecord.key(space.name(), id);
        } catch (IllegalArgumentException e) {
            throw new TooLargeException(
                    "the reservation's id " + Key.of(id).inShort() + " is too long: " + e.getMessage(), Facts.NONE);
        }
    }

    Reserve begin(String id) {
        keyOf(id);
        return new Reserve(this, id);
    }

    ReserveResult reserve(String id, List<Reserve.Wanted> wanted, Duration ttl, TxOptions options) {
        List<ReservationRecord.Item> items =
                wanted.stream().map(Reserve.Wanted::item).toList();
        long ttlMicros = TimeUnit.NANOSECONDS.toMicros(ttl.toNanos());
        Came came = space.run(options, tx -> tryReserve(tx, id, wanted, items, ttlMicros));
        if (came.record() == null && bringBackDue(DUE_AT_ONCE) > 0) {
            came = space.run(options, tx -> tryReserve(tx, id, wanted, items, ttlMicros));
        }
        ReservationRecord record = came.record();
        if (record == null) {
            return new ReserveResult(
                    Optional.empty(),
                    came.missing().stream()
                            .map(one -> new Reservation.Item(one.counter().name(), one.key(), one.quantity()))
                            .toList());
        }
        client.reservationSweeper().onReserved(this, record.untilMicros() - nowMicros());
        return new ReserveResult(Optional.of(told(id, record)), List.of());
    }

    private Came tryReserve(
            Tx tx, String id, List<Reserve.Wanted> wanted, List<ReservationRecord.Item> items, long ttlMicros) {
        wanted.forEach(one -> tx.requireAgreed(one.counter()));
        ReservationRecord before = read(tx, id);
        if (before != null) {
            if (!before.items().equals(items)) {
                throw new IdempotencyMismatchException(
                        "something else was reserved as " + Key.of(id).inShort(),
                        new Facts(null, tx.attempt(), Map.of()));
            }
            return new Came(before, List.of());
        }
        tx.counters()
                .open(items.stream()
                        .map(item -> new ClientCall.OpenCounters.Ask(
                                item.counter(),
                                item.bounds(),
                                item.amount(),
                                false,
                                ClientCall.OpenCounters.Need.TO_CHANGE))
                        .toList());
        List<Reserve.Wanted> missing = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            ReservationRecord.Item item = items.get(i);
            if (!tx.counters().covers(item.counter(), item.bounds(), item.amount(), false)) {
                missing.add(wanted.get(i));
            }
        }
        if (!missing.isEmpty()) {
            return new Came(null, missing);
        }
        items.forEach(item -> tx.counters().spend(item.counter(), item.bounds(), item.amount(), false));
        ReservationRecord held = new ReservationRecord(State.HELD, nowMicros() + ttlMicros, items);
        write(tx, id, held);
        return new Came(held, List.of());
    }

    /** The record of a reservation, on which the commit depends; null if there is none. */
    private @Nullable ReservationRecord read(Tx tx, String id) {
        Version seen = tx.version(keyOf(id));
        ReservationRecord record = ReservationRecord.of(seen);
        if (record == null && seen.value() != null) {
            throw new RefusedException(
                    "a later release has made the reservation " + Key.of(id).inShort(), Facts.NONE);
        }
        return record;
    }

    private void write(Tx tx, String id, ReservationRecord record) {
        tx.keep(keyOf(id), record.encode());
        tx.write(ReservationRecord.due(space.name(), record.untilMicros(), id), NOTHING);
    }

    Optional<Reservation> find(String id) {
        ReservationRecord record =
                space.read(tx -> Optional.ofNullable(read(tx, id))).orElse(null);
        return Optional.ofNullable(record).map(found -> told(id, found));
    }

    private Reservation told(String id, ReservationRecord record) {
        List<Reservation.Item> items = record.items().stream()
                .map(item -> new Reservation.Item(
                        KeyLayout.collection(item.counter()), Key.decoded(item.counter()), item.amount()))
                .toList();
        Instant until = Instant.EPOCH.plus(record.untilMicros(), ChronoUnit.MICROS);
        return new Reservation(this, id, statusOf(record.state()), until, items);
    }

    private static Reservation.Status statusOf(State state) {
        return switch (state) {
            case HELD -> Reservation.Status.HELD;
            case CONFIRMED -> Reservation.Status.CONFIRMED;
            case RELEASED -> Reservation.Status.RELEASED;
            case EXPIRED -> Reservation.Status.EXPIRED;
        };
    }

    Reservation.Status confirm(String id) {
        return space.run(tx -> {
            ReservationRecord record = read(tx, id);
            if (record == null) {
                return Reservation.Status.UNKNOWN;
            }
            boolean isLate = record.untilMicros() <= nowMicros();
            return statusOf(end(tx, id, record, isLate ? State.EXPIRED : State.CONFIRMED));
        });
    }

    Reservation.Status release(String id) {
        return space.run(tx -> {
            ReservationRecord record = read(tx, id);
            return record == null ? Reservation.Status.UNKNOWN : statusOf(end(tx, id, record, State.RELEASED));
        });
    }

    /** Ends what is held; how it has ended, now or before. */
    private State end(Tx tx, String id, ReservationRecord record, State end) {
        if (record.state() != State.HELD) {
            return record.state();
        }
        if (end != State.CONFIRMED) {
            tx.counters()
                    .open(record.items().stream()
                            .map(item -> new ClientCall.OpenCounters.Ask(
                                    item.counter(), item.bounds(), 0, false, ClientCall.OpenCounters.Need.TO_CHANGE))
                            .toList());
            record.items().forEach(item -> tx.counters().gain(item.counter(), item.bounds(), item.amount()));
        }
        tx.remove(ReservationRecord.due(space.name(), record.untilMicros(), id));
        write(tx, id, record.ended(end, nowMicros() + TimeUnit.SECONDS.toMicros(KEPT.toSeconds())));
        return end;
    }

    /**
     * Does what is due: what was held for too long comes back, and what has ended long ago is forgotten.
     *
     * @param most how much of it at most
     * @return how many reservations have expired
     */
    int bringBackDue(int most) {
        long now = nowMicros();
        List<dev.danta.occ.Key> due = due(now, most);
        // Several clients may be at it: they need not do the same at the same time.
        Collections.shuffle(due);
        int expired = 0;
        for (dev.danta.occ.Key entry : due) {
            expired += doDue(entry) ? 1 : 0;
        }
        return expired;
    }

    private List<dev.danta.occ.Key> due(long now, int most) {
        List<dev.danta.occ.Key> due = new ArrayList<>();
        dev.danta.occ.KeyRange rest = ReservationRecord.dueUntil(space.name(), now);
        while (rest != null && due.size() < most) {
            CallOutcome.RangeFound found = client.calls()
                    .readRange(
                            new ClientCall.ReadRange(rest, ClientCall.RANGE_KEYS_MAX),
                            client.calls().defaultDeadlineNanos());
            found.found().stream()
                    .filter(one -> one.version().value() != null)
                    .map(Verdict.Newest::key)
                    .limit(most - due.size())
                    .forEach(due::add);
            rest = found.rest();
        }
        return due;
    }

    private boolean doDue(dev.danta.occ.Key entry) {
        String id = ReservationRecord.idOf(entry);
        if (id == null) {
            return false;
        }
        return space.run(tx -> {
            ReservationRecord record = read(tx, id);
            if (record == null || record.untilMicros() != ReservationRecord.microsOf(entry)) {
                // It has ended since, and is due at another time.
                tx.remove(entry);
                return false;
            } else if (record.state() == State.HELD) {
                end(tx, id, record, State.EXPIRED);
                return true;
            }
            tx.remove(keyOf(id));
            tx.remove(entry);
            return false;
        });
    }
}
