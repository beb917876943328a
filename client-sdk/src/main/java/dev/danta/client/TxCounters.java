package dev.danta.client;

import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall.OpenCounters.Ask;
import dev.danta.txn.client.ClientCall.OpenCounters.Need;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.client.OpenedCounter;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bounded counters that one attempt at a transaction decides about: of each the version of its record that the commit depends
 * on, and what the transaction makes of it, however often it touches it. Not thread-safe.
 */
final class TxCounters {
    private final Attempt attempt;
    private final Map<Key, OpenedCounter> held = new TreeMap<>();
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

    private OpenedCounter opened(Key key, CounterBounds bounds, Need need) {
        OpenedCounter one = held.get(key);
        return one == null ? open(new Ask(key, bounds, 0, false, need)) : open(one, one.toTell(need));
    }

    /** Opens it once more, if that is necessary. */
    private OpenedCounter open(OpenedCounter one, @Nullable Ask ask) {
        return ask == null ? one : open(ask);
    }

    private OpenedCounter open(Ask ask) {
        int seenBefore = attempt.sightings();
        return found(ask, attempt.open(List.of(ask)).get(0), seenBefore);
    }

    /** @param before what had been seen when it was asked for */
    private OpenedCounter found(Ask ask, CallOutcome.Opened now, int before) {
        OpenedCounter one = held.get(ask.key());
        if (one == null) {
            attempt.depend(ask.key(), now.version());
            one = new OpenedCounter(CounterRules.PROTOCOL, ask, now, before);
            held.put(ask.key(), one);
        } else if (!one.isOpenedAgain(ask, now, before)) {
            throw attempt.torn(ask.key(), now.version());
        }
        if (one.isWritten()) {
            attempt.write(ask.key(), one.record());
        }
        return one;
    }

    /** Whether there is room for {@code amount} beside what the transaction spends already. */
    boolean covers(Key key, CounterBounds bounds, long amount, boolean intoAllowance) {
        OpenedCounter one = held.get(key);
        if (one == null) {
            one = open(new Ask(key, bounds, amount, intoAllowance, Need.TO_CHANGE));
        }
        boolean covers = open(one, one.toCover(amount, intoAllowance)).covers(amount, intoAllowance);
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
        OpenedCounter one = opened(key, bounds, Need.TO_CHANGE);
        one.change(more);
        attempt.write(key, one.record());
    }

    /** Moves the bound; where there is less room then, or less allowance, once everything is called in. */
    void bound(Key key, CounterBounds bounds, long shift, long allowance) {
        OpenedCounter one = opened(key, bounds, Need.TO_CHANGE);
        open(one, one.toBound(shift, allowance)).bound(shift, allowance);
        attempt.write(key, one.record());
    }

    /** About how much is left of one that it has decided about. */
    long room(Key key) {
        OpenedCounter one = held.get(key);
        return one == null ? 0 : one.record().room();
    }

    /** The record as the transaction leaves it, all of which may be told. */
    CounterRecord told(Key key, CounterBounds bounds, Need need) {
        return opened(key, bounds, need).told();
    }

    /**
     * Has gains read once more of those counters of which something was told before something else was seen. Then everything
     * that was told was so at one moment, if the commit finds all that was read to be the newest still.
     *
     * @throws DantaException if it was not: the attempt is torn
     */
    void confirm() {
        List<Ask> late = new ArrayList<>();
        held.values().forEach(one -> {
            Ask ask = one.toConfirm(attempt.sightings());
            if (ask != null) {
                late.add(ask);
            }
        });
        if (!late.isEmpty()) {
            List<CallOutcome.Opened> now = attempt.open(late);
            for (int i = 0; i < late.size(); i++) {
                Key key = late.get(i).key();
                if (!Objects.requireNonNull(held.get(key)).confirms(now.get(i))) {
                    throw attempt.torn(key, now.get(i).version());
                }
            }
        }
    }
}
