package dev.danta.sim.workload;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ClientCall.OpenCounters.Ask;
import dev.danta.txn.client.ClientCall.OpenCounters.Need;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.client.OpenedCounter;
import dev.danta.txn.client.RetryPolicy;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One strict transaction that decides about bounded counters and records, as the SDK runs it: counters are opened as often as what
 * is asked of them takes, what was told is confirmed before the commit, and all is begun anew as long as it is aborted.
 */
final class CounterTxn {
    private static final RetryPolicy RETRIES = new RetryPolicy(12, 500_000, 50_000_000);
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE_NANOS = 600_000 * MILLI;

    private final Caller caller;
    private final SimRandom random;
    private final CounterRules counterRules;
    private final OrderRules orderRules;
    private final Body body;
    private final Consumer<End> done;
    private int attempts;

    /** How it ended. */
    enum End {
        /** What the last attempt did and was told is so. */
        DONE,
        NOT_DONE,
        /** What the last attempt did may be so. */
        UNKNOWN
    }

    /** Does what there is to do in one attempt, and {@link Attempt#commit}s in the end. */
    interface Body {
        void run(Attempt attempt);
    }

    private CounterTxn(
            Caller caller,
            SimRandom random,
            CounterRules counterRules,
            OrderRules orderRules,
            Body body,
            Consumer<End> done) {
        this.caller = caller;
        this.random = random;
        this.counterRules = counterRules;
        this.orderRules = orderRules;
        this.body = body;
        this.done = done;
    }

    static void run(
            Caller caller,
            SimRandom random,
            CounterRules counterRules,
            OrderRules orderRules,
            Body body,
            Consumer<End> done) {
        new CounterTxn(caller, random, counterRules, orderRules, body, done).begin();
    }

    private void begin() {
        attempts++;
        body.run(new Attempt());
    }

    private void again() {
        if (RETRIES.mayTryAgainAfter(attempts)) {
            caller.after(random.between(0, RETRIES.ceilingNanos(attempts)), this::begin);
        } else {
            done.accept(End.NOT_DONE);
        }
    }

    private long deadline() {
        return random.between(random.chance(0.1) ? 50 : 1_000, 8_000) * MILLI;
    }

    /** One attempt. What it asks for is answered later; if it fails, never, and another is begun. */
    final class Attempt {
        private final Map<Key, OpenedCounter> counters = new TreeMap<>();
        private final Map<Key, Version> seen = new TreeMap<>();
        private final Map<Key, Bytes> puts = new TreeMap<>();
        private int sightings;

        private boolean cached() {
            return attempts == 1 && caller.isCaching();
        }

        /** Finds the version of a record; the commit depends on it. */
        void read(Key key, Consumer<Version> then) {
            look(key, version -> {
                depend(key, version);
                then.accept(version);
            });
        }

        void depend(Key key, Version version) {
            seen.put(key, version);
        }

        /** Finds the version of a record, which the commit does not depend on. */
        void look(Key key, Consumer<Version> then) {
            Version known = seen.get(key);
            if (known != null) {
                then.accept(known);
                return;
            }
            caller.call(new ClientCall.ReadVersions(List.of(key), cached()), deadline(), outcome -> {
                if (outcome instanceof CallOutcome.Versions found) {
                    sightings++;
                    then.accept(found.versions().get(0));
                } else {
                    again();
                }
            });
        }

        void put(Key key, Bytes value) {
            puts.put(key, value);
        }

        /** Opens those that are not open yet, all at once. */
        void open(List<Ask> asks, Runnable then) {
            List<Ask> missing = asks.stream()
                    .filter(ask -> !counters.containsKey(ask.key()))
                    .toList();
            if (missing.isEmpty()) {
                then.run();
            } else {
                ask(missing, opened -> then.run());
            }
        }

        private void ask(List<Ask> asks, Consumer<List<OpenedCounter>> then) {
            int before = sightings;
            call(asks, found -> {
                List<OpenedCounter> opened = new ArrayList<>();
                for (int i = 0; i < asks.size(); i++) {
                    OpenedCounter one = opened(asks.get(i), found.get(i), before);
                    if (one == null) {
                        again();
                        return;
                    }
                    opened.add(one);
                }
                then.accept(opened);
            });
        }

        private void call(List<Ask> asks, Consumer<List<CallOutcome.Opened>> then) {
            caller.call(new ClientCall.OpenCounters(asks, cached()), deadline(), outcome -> {
                if (outcome instanceof CallOutcome.CountersOpened found) {
                    then.accept(found.counters());
                } else {
                    again();
                }
            });
        }

        /** Null if two states were seen. */
        private @Nullable OpenedCounter opened(Ask ask, CallOutcome.Opened found, int before) {
            OpenedCounter one = counters.get(ask.key());
            if (one != null) {
                return one.isOpenedAgain(ask, found, before) ? one : null;
            }
            sightings++;
            OpenedCounter first = new OpenedCounter(counterRules, ask, found, before);
            counters.put(ask.key(), first);
            return first;
        }

        private void open(OpenedCounter one, @Nullable Ask ask, Consumer<OpenedCounter> then) {
            if (ask == null) {
                then.accept(one);
            } else {
                ask(List.of(ask), opened -> then.accept(opened.get(0)));
            }
        }

        private void open(Key key, CounterBounds bounds, Need need, Consumer<OpenedCounter> then) {
            OpenedCounter one = counters.get(key);
            open(new Ask(key, bounds, 0, false, need), one == null ? null : one.toTell(need), then);
        }

        /** Opens it as {@code first} asks if it is not open yet; else as {@code again} does, if that is not null. */
        private void open(Ask first, @Nullable Ask again, Consumer<OpenedCounter> then) {
            OpenedCounter one = counters.get(first.key());
            if (one == null) {
                ask(List.of(first), opened -> then.accept(opened.get(0)));
            } else {
                open(one, again, then);
            }
        }

        /** Spends, if there is enough, and says whether there is. */
        void spend(Key key, CounterBounds bounds, long amount, boolean intoAllowance, Consumer<Boolean> then) {
            Ask first = new Ask(key, bounds, amount, intoAllowance, Need.TO_CHANGE);
            open(
                    first,
                    null,
                    one -> open(one, one.toCover(amount, intoAllowance), again -> {
                        boolean covers = again.covers(amount, intoAllowance);
                        if (covers) {
                            again.change(-amount);
                        }
                        then.accept(covers);
                    }));
        }

        void gain(Key key, CounterBounds bounds, long amount, Runnable then) {
            open(key, bounds, Need.TO_CHANGE, one -> {
                one.change(amount);
                then.run();
            });
        }

        /** How much there is, with what this transaction spends and gains of it. */
        void tell(Key key, CounterBounds bounds, Need need, Consumer<CounterRecord> then) {
            open(key, bounds, need, one -> then.accept(one.told()));
        }

        void bound(Key key, CounterBounds bounds, long shift, long allowance, Runnable then) {
            open(
                    key,
                    bounds,
                    Need.TO_CHANGE,
                    one -> open(one, one.toBound(shift, allowance), again -> {
                        again.bound(shift, allowance);
                        then.run();
                    }));
        }

        /** Goes on a little later. */
        void pause(Runnable then) {
            caller.after(random.between(0, 20 * MILLI), then);
        }

        void commit() {
            List<Ask> late = new ArrayList<>();
            for (OpenedCounter one : counters.values()) {
                Ask ask = one.toConfirm(sightings);
                if (ask != null) {
                    late.add(ask);
                }
            }
            if (late.isEmpty()) {
                propose();
                return;
            }
            call(late, found -> {
                for (CallOutcome.Opened one : found) {
                    OpenedCounter told = counters.get(one.key());
                    if (told == null || !told.confirms(one)) {
                        again();
                        return;
                    }
                }
                propose();
            });
        }

        private void propose() {
            List<Read> reads = new ArrayList<>();
            List<Write> writes = new ArrayList<>();
            seen.forEach((key, version) -> reads.add(Read.of(key, version)));
            puts.forEach((key, value) -> writes.add(new Write(key, value)));
            counters.forEach((key, one) -> {
                if (orderRules.readsCounters()) {
                    reads.add(Read.of(key, one.version()));
                }
                if (one.isWritten()) {
                    writes.add(new Write(key, one.record().encode()));
                }
            });
            if (!writes.isEmpty()) {
                caller.call(new ClientCall.Commit(reads, writes), deadline(), this::onAnswer);
            } else if (!reads.isEmpty()) {
                caller.call(new ClientCall.Validate(reads), deadline(), this::onAnswer);
            } else {
                done.accept(End.DONE);
            }
        }

        private void onAnswer(CallOutcome outcome) {
            if (outcome instanceof CallOutcome.Committed || outcome instanceof CallOutcome.Validated) {
                done.accept(End.DONE);
            } else if (outcome instanceof CallOutcome.Unknown unknown) {
                onUnknown(unknown);
            } else {
                again();
            }
        }

        private void onUnknown(CallOutcome.Unknown unknown) {
            if (random.chance(0.2)) {
                done.accept(End.UNKNOWN);
                return;
            }
            ClientCall await =
                    new ClientCall.AwaitOutcome(unknown.txn(), random.chance(0.5) ? unknown.participants() : List.of());
            caller.call(await, PATIENCE_NANOS, settled -> {
                if (settled instanceof CallOutcome.Committed) {
                    done.accept(End.DONE);
                } else {
                    done.accept(settled instanceof CallOutcome.Aborted ? End.NOT_DONE : End.UNKNOWN);
                }
            });
        }
    }
}
