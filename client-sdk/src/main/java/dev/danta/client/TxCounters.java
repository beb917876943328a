package dev.danta.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Invariant;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall.OpenCounters.Ask;
import dev.danta.txn.client.ClientCall.OpenCounters.Need;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bounded counters that one attempt at a transaction decides about: of each the version of its record that the commit depends
 * on, and what the transaction makes of it, however often it touches it. Not thread-safe.
 */
final class TxCounters {
    private final Attempt attempt;
    private final Map<Key, Held> held = new TreeMap<>();
    private boolean wasRefused;

    /** The attempt that they belong to. */
    interface Attempt {
        /** As the machine answers, in the order asked. */
        List<CallOutcome.Opened> open(List<Ask> asks);

        /** The commit depends on this version of a record. */
        void depend(Key key, Version version);

        /** The commit writes the record. */
        void write(Key key, CounterRecord record);

        /** How many versions and ranges it has seen so far, those of counters included. */
        int sightings();

        /** The attempt has seen two states; {@code newest} is the newer one. To be thrown. */
        DantaException torn(Key key, Version newest);
    }

    private static final class Held {
        private final CounterBounds bounds;
        private final Version version;
        private CounterRecord opened;
        /** What had been seen when gains were read last, itself included: nothing of that was after them. */
        private int seenBefore;

        private boolean isAll;
        private Need need;
        /** Whether something was told that gains which come later would make untrue. */
        private boolean isTold;
        /** What the transaction gains, less what it spends. */
        private long net;
        /** Where it moves the bound; null if it does not. */
        private @Nullable Moved moved;

        Held(CounterBounds bounds, CallOutcome.Opened first, Need need) {
            this.bounds = bounds;
            this.version = first.version();
            this.opened = first.record();
            this.isAll = first.isAll();
            this.need = need;
        }

        /** What was spent of what was called in: what this transaction has decided rests on that. */
        SortedMap<Timestamp, Long> calledIn() {
            TreeMap<Timestamp, Long> spent = new TreeMap<>();
            opened.closed().forEach((id, closed) -> {
                if (closed.at().equals(Timestamp.ZERO)) {
                    spent.put(id, closed.spent());
                }
            });
            return spent;
        }

        CounterRecord with(long more) {
            CounterRecord record = moved == null ? opened : opened.bounded(moved.shift(), moved.allowance());
            long sum = Math.addExact(net, more);
            return sum < 0 ? record.spending(Math.negateExact(sum)) : record.gaining(sum);
        }

        boolean isChanged() {
            return net != 0 || moved != null;
        }
    }

    private record Moved(long shift, long allowance) {}

    TxCounters(Attempt attempt) {
        this.attempt = attempt;
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Whether of one of them there was not enough. */
    boolean wasRefused() {
        return wasRefused;
    }

    /** Opens those that are not open yet, all at once. */
    void open(List<Ask> asks) {
        List<Ask> missing =
                asks.stream().filter(ask -> !held.containsKey(ask.key())).toList();
        if (!missing.isEmpty()) {
            int before = attempt.sightings();
            List<CallOutcome.Opened> found = attempt.open(missing);
            for (int i = 0; i < missing.size(); i++) {
                found(missing.get(i), found.get(i), before);
            }
        }
    }

    private Held opened(Key key, CounterBounds bounds, long amount, boolean intoAllowance, Need need) {
        Held before = held.get(key);
        SortedMap<Timestamp, Long> calledIn = before == null ? Collections.emptySortedMap() : before.calledIn();
        Ask ask = new Ask(key, bounds, amount, intoAllowance, need, calledIn);
        int seenBefore = attempt.sightings();
        return found(ask, attempt.open(List.of(ask)).get(0), seenBefore);
    }

    /** @param before what had been seen when it was asked for */
    private Held found(Ask ask, CallOutcome.Opened now, int before) {
        Held one = held.get(ask.key());
        if (one == null) {
            attempt.depend(ask.key(), now.version());
            one = new Held(ask.bounds(), now, ask.need());
            held.put(ask.key(), one);
            one.seenBefore = before + 1;
        } else {
            requireSame(ask.key(), one, now);
            Invariant.check(
                    now.record().room() >= one.opened.room(),
                    "what was there for a transaction stays there",
                    one.opened,
                    now);
            one.opened = now.record();
            one.isAll = now.isAll();
            one.need = ask.need();
            one.seenBefore = before;
        }
        if (now.changed() || one.isChanged()) {
            attempt.write(ask.key(), one.with(0));
        }
        return one;
    }

    /** Whether there is room for {@code amount} beside what the transaction spends already. */
    boolean covers(Key key, CounterBounds bounds, long amount, boolean intoAllowance) {
        Held one = held.get(key);
        if (one == null) {
            one = opened(key, bounds, amount, intoAllowance, Need.TO_CHANGE);
        }
        if (!one.with(0).covers(amount, intoAllowance) && !one.isAll) {
            boolean isAnAmount = one.moved == null && one.net < amount && one.net >= amount - Long.MAX_VALUE;
            one = isAnAmount
                    ? opened(key, bounds, amount - one.net, intoAllowance, one.need)
                    : opened(key, bounds, 0, intoAllowance, Need.ALL);
        }
        boolean covers = one.with(0).covers(amount, intoAllowance);
        one.isTold |= !covers;
        wasRefused |= !covers;
        return covers;
    }

    /** Spends, if there is room. */
    boolean spend(Key key, CounterBounds bounds, long amount, boolean intoAllowance) {
        if (!covers(key, bounds, amount, intoAllowance)) {
            return false;
        }
        change(key, bounds, Math.negateExact(amount));
        return true;
    }

    /** @throws ArithmeticException if the counter does not fit a long with it; nothing is gained then */
    void gain(Key key, CounterBounds bounds, long amount) {
        change(key, bounds, amount);
    }

    private void change(Key key, CounterBounds bounds, long more) {
        Held one = held.get(key);
        if (one == null) {
            one = opened(key, bounds, 0, false, Need.TO_CHANGE);
        }
        CounterRecord after = one.with(more);
        one.net += more;
        attempt.write(key, after);
    }

    /** Moves the bound; where there is less room then, or less allowance, once everything is called in. */
    void bound(Key key, CounterBounds bounds, long shift, long allowance) {
        Held one = held.get(key);
        if (one == null) {
            one = opened(key, bounds, 0, false, Need.TO_CHANGE);
        }
        boolean isLess = shift < one.opened.shift() || allowance < one.opened.allowance();
        if (isLess && one.need != Need.ALL) {
            one = opened(key, bounds, 0, false, Need.ALL);
        }
        Moved before = one.moved;
        one.moved = new Moved(shift, allowance);
        try {
            attempt.write(key, one.with(0));
        } catch (ArithmeticException tooFar) {
            one.moved = before;
            throw tooFar;
        }
    }

    /** About how much is left of one that it has decided about. */
    long room(Key key) {
        Held one = held.get(key);
        return one == null ? 0 : one.with(0).room();
    }

    /** The record as the transaction leaves it, all of which may be told. */
    CounterRecord told(Key key, CounterBounds bounds, Need need) {
        Held one = held.get(key);
        if (one == null || one.need.compareTo(need) < 0) {
            one = opened(key, bounds, 0, false, need);
        }
        one.isTold = true;
        return one.with(0);
    }

    /**
     * Has gains read once more of those counters of which something was told before something else was seen: what was seen may
     * have come after gains that were not there yet. Then everything that was told was so at one moment, if the commit finds all
     * that was read to be the newest still.
     *
     * @throws DantaException if it was not: the attempt is torn
     */
    void confirm() {
        List<Ask> late = new ArrayList<>();
        held.forEach((key, one) -> {
            if (one.isTold && one.seenBefore < attempt.sightings()) {
                late.add(new Ask(key, one.bounds, 0, false, Need.TO_CHANGE));
            }
        });
        if (!late.isEmpty()) {
            List<CallOutcome.Opened> now = attempt.open(late);
            for (int i = 0; i < late.size(); i++) {
                Key key = late.get(i).key();
                requireSame(key, Objects.requireNonNull(held.get(key)), now.get(i));
            }
        }
    }

    private void requireSame(Key key, Held one, CallOutcome.Opened now) {
        boolean hasGained = one.isTold && !now.record().folded().equals(one.opened.folded());
        if (hasGained || !now.version().equals(one.version)) {
            throw attempt.torn(key, now.version());
        }
    }
}
