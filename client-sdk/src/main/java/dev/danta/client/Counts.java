package dev.danta.client;

import dev.danta.client.internal.meter.CacheAnswer;
import dev.danta.client.internal.meter.ClientMeter;
import dev.danta.client.internal.meter.Meters;
import dev.danta.client.internal.meter.SpendAnswer;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.SpendManner;
import dev.danta.txn.coordinator.Outcome;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** The running numbers behind {@link ClientStats}; a client's meters have those of them that are not timed. Thread-safe. */
final class Counts {
    final Count commitsFast;
    final Count commitsSlow;
    final Count commitsSettled;
    final Count strictReads = new Count(number -> {});
    final Count abortsStaleRead;
    final Count abortsConflict;
    final Count abortsGaveUp;
    final Count spendsReserved;
    final Count spendsRelaxed;
    final Count spendsStrict;
    final Count spendsLimit;
    final Count retries;
    final Count unknowns;
    final Count readRounds;
    final Count relaxedUpdates = new Count(number -> {});
    final Count relaxedReads = new Count(number -> {});
    final Count cacheHits;
    final Count cacheVouched;
    final Count cacheMisses;

    /** One of them. */
    static final class Count {
        private final LongAdder sum = new LongAdder();
        private final LongConsumer meter;

        private Count(LongConsumer meter) {
            this.meter = meter;
        }

        void increment() {
            add(1);
        }

        void add(int number) {
            sum.add(number);
            meter.accept(number);
        }
    }

    Counts(Meters meters) {
        commitsFast = new Count(meters.recorder(ClientMeter.COMMITS, Outcome.Path.FAST));
        commitsSlow = new Count(meters.recorder(ClientMeter.COMMITS, Outcome.Path.SLOW));
        commitsSettled = new Count(meters.recorder(ClientMeter.COMMITS, Outcome.Path.SETTLED));
        abortsStaleRead = new Count(meters.recorder(ClientMeter.ABORTS, CallOutcome.AbortReason.STALE_READ));
        abortsConflict = new Count(meters.recorder(ClientMeter.ABORTS, CallOutcome.AbortReason.CONFLICT));
        abortsGaveUp = new Count(meters.recorder(ClientMeter.ABORTS, CallOutcome.AbortReason.GAVE_UP));
        spendsReserved = new Count(meters.recorder(ClientMeter.SPENDS, SpendAnswer.RESERVED));
        spendsRelaxed = new Count(meters.recorder(ClientMeter.SPENDS, SpendAnswer.RELAXED));
        spendsStrict = new Count(meters.recorder(ClientMeter.SPENDS, SpendAnswer.STRICT));
        spendsLimit = new Count(meters.recorder(ClientMeter.SPENDS, SpendAnswer.LIMIT));
        retries = new Count(meters.recorder(ClientMeter.RETRIES));
        unknowns = new Count(meters.recorder(ClientMeter.UNKNOWNS));
        readRounds = new Count(meters.recorder(ClientMeter.READ_ROUNDS));
        cacheHits = new Count(meters.recorder(ClientMeter.CACHE_GETS, CacheAnswer.HIT));
        cacheVouched = new Count(meters.recorder(ClientMeter.CACHE_GETS, CacheAnswer.VOUCHED));
        cacheMisses = new Count(meters.recorder(ClientMeter.CACHE_GETS, CacheAnswer.MISS));
    }

    /** What counts a relaxed read that might have been answered out of the cache. */
    Count read(CallOutcome.Relaxed found) {
        if (!found.cached()) {
            return cacheMisses;
        }
        return found.vouched() ? cacheVouched : cacheHits;
    }

    /** What became of a spend of a bounded counter, however often it was asked for. */
    void spend(CallOutcome.Spent answer) {
        if (!answer.accepted()) {
            spendsLimit.increment();
        } else if (answer.path() == SpendManner.STRICT) {
            spendsStrict.increment();
        } else if (answer.path() == SpendManner.LAX) {
            spendsRelaxed.increment();
        } else {
            spendsReserved.increment();
        }
    }

    ClientStats snapshot(int callsUnderWay, long cacheEntries, long cacheBytes) {
        return new ClientStats(
                commitsFast.sum.sum(),
                commitsSlow.sum.sum(),
                commitsSettled.sum.sum(),
                strictReads.sum.sum(),
                abortsStaleRead.sum.sum(),
                abortsConflict.sum.sum(),
                abortsGaveUp.sum.sum(),
                retries.sum.sum(),
                unknowns.sum.sum(),
                readRounds.sum.sum(),
                relaxedUpdates.sum.sum(),
                relaxedReads.sum.sum(),
                spendsReserved.sum.sum(),
                spendsRelaxed.sum.sum(),
                spendsStrict.sum.sum(),
                spendsLimit.sum.sum(),
                cacheHits.sum.sum() + cacheVouched.sum.sum(),
                cacheVouched.sum.sum(),
                cacheMisses.sum.sum(),
                cacheEntries,
                cacheBytes,
                callsUnderWay);
    }
}
