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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reservations of one space. Each has a record and, beside it, an entry by the time at which it is due: to expire if it is
 * held, to be forgotten if it has ended. Whoever ends it has read the record in the same transaction. Thread-safe.
 */
final class Reservations {
    /** How long it is known how a reservation has ended. */
    static final Duration KEPT = Duration.ofDays(1);

    /** So much is looked at at once. */
    private static final int PART = 64;

    /** How many records are deleted in one sweep at most. */
    private static final int FORGOTTEN_MAX = 256;

    private static final Duration SWEEP = Duration.ofSeconds(10);

    /** So many that could not be ended are remembered, so that each is told once. */
    private static final int TOLD_MAX = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Reservations.class);
    private static final Bytes NOTHING = Bytes.EMPTY;

    private final DantaClient client;
    private final Space space;
    private final Clock clock;
    /** How often one could not be ended. */
    private final AtomicInteger troubles = new AtomicInteger();
    /** How often something was done about an entry. */
    private final AtomicLong done = new AtomicLong();
    /** Those of which that was told. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

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
        ReservationRecord record = came.record();
        if (record == null) {
            return new ReserveResult(
                    Optional.empty(),
                    came.missing().stream()
                            .map(one -> new Reservation.Item(one.counter().name(), one.key(), one.quantity()))
                            .toList());
        }
        if (record.state() == State.HELD) {
            memory().reserved(record.untilMicros());
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
        tx.write(ReservationRecord.entry(space.name(), record, id), NOTHING);
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
        tx.remove(ReservationRecord.entry(space.name(), record, id));
        write(tx, id, record.ended(end, nowMicros() + TimeUnit.SECONDS.toMicros(KEPT.toSeconds())));
        return end;
    }

    private DueMemory memory() {
        return client.reservationSweeper().memory(space.name());
    }

    /** What becomes of that there is not enough, by what this client knows. */
    private DueMemory.Answer answer(DueMemory.Asked asked) {
        long sinceFirst = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - asked.firstNanos());
        return memory().answer(asked, nowMicros() - sinceFirst);
    }

    /**
     * Before somebody is told that there is not enough: whether he is to ask once more, since this client's look for what is due
     * did not end before he asked, or something has come back since. What is due is brought back now, unless this client has
     * looked within the second before he asked first, and knew of nothing. Waits; no longer than until the deadline, unless an
     * executor's thread is late.
     *
     * @param beforeLooking is run before it waits for anybody: what others may wait for is to be let go of
     * @throws DeadlineExceededException if not all that is due was looked at in time
     */
    boolean bringsBack(DueMemory.Asked asked, Runnable beforeLooking) {
        DueMemory memory = memory();
        DueMemory.Answer answer = answer(asked);
        if (answer == DueMemory.Answer.LOOK) {
            beforeLooking.run();
        }
        while (answer == DueMemory.Answer.LOOK) {
            CompletableFuture<Void> mine = new CompletableFuture<>();
            CompletableFuture<Void> others = memory.begin(mine);
            if (others == null) {
                try {
                    bringBackSome(asked.deadlineAtNanos());
                } finally {
                    memory.end();
                    mine.complete(null);
                }
            } else {
                await(others, asked.deadlineAtNanos());
            }
            answer = answer(asked);
        }
        return answer == DueMemory.Answer.ASK_AGAIN;
    }

    /** {@link #bringsBack} without waiting; on the client's executor, if there may be anything. */
    CompletableFuture<Boolean> bringsBackAsync(DueMemory.Asked asked) {
        DueMemory.Answer answer = answer(asked);
        if (answer != DueMemory.Answer.LOOK) {
            return CompletableFuture.completedFuture(answer == DueMemory.Answer.ASK_AGAIN);
        }
        if (asked.deadlineAtNanos() - System.nanoTime() <= 0) {
            return CompletableFuture.failedFuture(late());
        }
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> others = memory().plan(mine);
        if (others != null) {
            // Whatever has become of it: who planned it may have had less time.
            return others.copy()
                    .completeOnTimeout(null, untilNanos(asked), TimeUnit.NANOSECONDS)
                    .thenCompose(ended -> bringsBackAsync(asked));
        }
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        try {
            client.executor().execute(() -> lookFor(told, asked, mine));
        } catch (RejectedExecutionException e) {
            told.completeExceptionally(
                    new OverloadedException("too much waits for a thread of this client", Facts.NONE));
            planEnded(mine);
        }
        endByDeadline(told, asked);
        return told;
    }

    private void planEnded(CompletableFuture<Void> planned) {
        memory().planEnded();
        planned.complete(null);
    }

    private void lookFor(CompletableFuture<Boolean> told, DueMemory.Asked asked, CompletableFuture<Void> planned) {
        try {
            told.complete(bringsBack(asked, () -> {}));
        } catch (RuntimeException e) {
            told.completeExceptionally(e);
        } finally {
            planEnded(planned);
            // An Error goes on to the thread, but nobody may wait for ever because of it.
            told.completeExceptionally(new IllegalStateException("a look ended with an error"));
        }
    }

    /** The executor's thread may come too late. The copy forgets its timer when the answer is there. */
    private static void endByDeadline(CompletableFuture<Boolean> told, DueMemory.Asked asked) {
        CompletableFuture<Boolean> unused = told.copy()
                .orTimeout(untilNanos(asked), TimeUnit.NANOSECONDS)
                .whenComplete((brings, failure) -> {
                    if (failure instanceof TimeoutException) {
                        told.completeExceptionally(late());
                    }
                });
    }

    private static long untilNanos(DueMemory.Asked asked) {
        return Math.max(1, asked.deadlineAtNanos() - System.nanoTime());
    }

    private static DeadlineExceededException late() {
        return new DeadlineExceededException(
                "the deadline passed before all reservations were ended whose time is over", Facts.NONE);
    }

    private static void await(CompletableFuture<Void> others, long deadlineAtNanos) {
        try {
            others.copy()
                    .completeOnTimeout(null, leftNanos(deadlineAtNanos), TimeUnit.NANOSECONDS)
                    .join();
        } finally {
            leftNanos(deadlineAtNanos);
        }
    }

    private static long leftNanos(long deadlineAtNanos) {
        long left = deadlineAtNanos - System.nanoTime();
        if (left <= 0) {
            throw late();
        }
        return left;
    }

    /** How far a sweep has come. */
    enum Swept {
        ALL,
        /** Something was done, and something is left. */
        SOME,
        NOTHING
    }

    /** Does all that is due, or as much of it as can be done by a deadline of its own. */
    Swept sweep() {
        return sweep(System.nanoTime() + SWEEP.toNanos());
    }

    /** What was held for too long comes back, and what has ended long ago is forgotten, or some of it. */
    Swept sweep(long deadlineAtNanos) {
        int troublesBefore = troubles.get();
        long doneBefore = done.get();
        boolean isAllDone = false;
        try {
            while (bringBackSome(deadlineAtNanos) > 0) {
                leftNanos(deadlineAtNanos);
            }
            forget(deadlineAtNanos);
            isAllDone = troubles.get() == troublesBefore;
        } catch (DeadlineExceededException | UnavailableException | OverloadedException notNow) {
            // Whoever needs what is due brings it back; and it is looked for again.
            LOG.debug("not all could be done that is due in {}", space.name(), notNow);
        }
        if (isAllDone) {
            return Swept.ALL;
        }
        return done.get() == doneBefore ? Swept.NOTHING : Swept.SOME;
    }

    /**
     * Goes through what was held for too long, part by part, until something has come back or there is no more of it.
     *
     * @return how many have expired
     */
    private int bringBackSome(long deadlineAtNanos) {
        DueMemory.Look look = memory().look(nowMicros());
        long left = Long.MAX_VALUE;
        long next = look.untilMicros();
        dev.danta.occ.KeyRange rest = ReservationRecord.heldByTime(space.name(), look.fromMicros(), look.untilMicros());
        while (rest != null) {
            CallOutcome.RangeFound found = part(rest, deadlineAtNanos);
            long now = nowMicros();
            List<dev.danta.occ.Key> entries = entries(found);
            List<dev.danta.occ.Key> due = new ArrayList<>(entries);
            due.removeIf(entry -> ReservationRecord.microsOf(entry) > now);
            left = due.isEmpty() ? left : Math.min(left, ReservationRecord.microsOf(due.get(0)));
            // Several clients may be at it: they need not do the same at the same time.
            Collections.shuffle(due);
            int expired = 0;
            for (dev.danta.occ.Key entry : due) {
                if (isDone(entry, deadlineAtNanos, this::expire)) {
                    expired++;
                    // Whatever becomes of the others.
                    memory().brought();
                }
            }
            if (expired > 0) {
                return expired;
            }
            boolean isBehind = due.size() < entries.size();
            next = isBehind ? ReservationRecord.microsOf(entries.get(due.size())) : next;
            rest = isBehind ? null : found.rest();
        }
        memory().looked(look, left, next);
        return 0;
    }

    /** Deletes records of what has ended long ago. */
    private void forget(long deadlineAtNanos) {
        dev.danta.occ.KeyRange rest = ReservationRecord.endedUntil(space.name(), nowMicros());
        int looked = 0;
        while (rest != null && looked < FORGOTTEN_MAX) {
            CallOutcome.RangeFound found = part(rest, deadlineAtNanos);
            List<dev.danta.occ.Key> due = new ArrayList<>(entries(found));
            Collections.shuffle(due);
            due.forEach(entry -> isDone(entry, deadlineAtNanos, this::forget));
            looked += due.size();
            rest = found.rest();
        }
    }

    private CallOutcome.RangeFound part(dev.danta.occ.KeyRange range, long deadlineAtNanos) {
        return client.calls().readRange(new ClientCall.ReadRange(range, PART), leftNanos(deadlineAtNanos));
    }

    private static List<dev.danta.occ.Key> entries(CallOutcome.RangeFound found) {
        return found.found().stream()
                .filter(one -> one.version().value() != null)
                .map(Verdict.Newest::key)
                .toList();
    }

    /** What is to be done with an entry; whether it has brought something back. */
    private interface Work {
        boolean isDone(Tx tx, dev.danta.occ.Key entry, String id);
    }

    /** Whether something has come back, or may have. One that cannot be ended is in nobody else's way. */
    private boolean isDone(dev.danta.occ.Key entry, long deadlineAtNanos, Work work) {
        String id = ReservationRecord.idOf(entry);
        if (id == null) {
            return false;
        }
        TxOptions options = Tx.options().deadline(Duration.ofNanos(leftNanos(deadlineAtNanos)));
        try {
            boolean brings = space.run(options, tx -> work.isDone(tx, entry, id));
            done.incrementAndGet();
            return brings;
        } catch (OutcomeUnknownException unknown) {
            // It may have come back.
            troubles.incrementAndGet();
            return true;
        } catch (UnavailableException | OverloadedException notNow) {
            throw notNow;
        } catch (RuntimeException trouble) {
            troubles.incrementAndGet();
            if (told.size() < TOLD_MAX && told.add(id)) {
                LOG.warn("the reservation {} of {} cannot be ended now; it is tried again", id, space.name(), trouble);
            }
            return false;
        }
    }

    private boolean expire(Tx tx, dev.danta.occ.Key entry, String id) {
        ReservationRecord record = read(tx, id);
        if (record == null
                || record.state() != State.HELD
                || record.untilMicros() != ReservationRecord.microsOf(entry)) {
            // It has ended since.
            tx.remove(entry);
            return false;
        }
        end(tx, id, record, State.EXPIRED);
        return true;
    }

    private boolean forget(Tx tx, dev.danta.occ.Key entry, String id) {
        ReservationRecord record = read(tx, id);
        if (record != null
                && record.state() != State.HELD
                && record.untilMicros() == ReservationRecord.microsOf(entry)) {
            tx.remove(keyOf(id));
        }
        tx.remove(entry);
        return false;
    }
}
