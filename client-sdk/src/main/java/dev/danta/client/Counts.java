package dev.danta.client;

import java.util.concurrent.atomic.LongAdder;

/** The running numbers behind {@link ClientStats}. */
final class Counts {
    final LongAdder commitsFast = new LongAdder();
    final LongAdder commitsSlow = new LongAdder();
    final LongAdder commitsSettled = new LongAdder();
    final LongAdder strictReads = new LongAdder();
    final LongAdder abortsStaleRead = new LongAdder();
    final LongAdder abortsConflict = new LongAdder();
    final LongAdder abortsGaveUp = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder unknowns = new LongAdder();
    final LongAdder readRounds = new LongAdder();
    final LongAdder relaxedUpdates = new LongAdder();
    final LongAdder relaxedReads = new LongAdder();
    final LongAdder cacheHits = new LongAdder();
    final LongAdder cacheMisses = new LongAdder();

    ClientStats snapshot(int callsUnderWay, long cacheEntries, long cacheBytes) {
        return new ClientStats(
                commitsFast.sum(),
                commitsSlow.sum(),
                commitsSettled.sum(),
                strictReads.sum(),
                abortsStaleRead.sum(),
                abortsConflict.sum(),
                abortsGaveUp.sum(),
                retries.sum(),
                unknowns.sum(),
                readRounds.sum(),
                relaxedUpdates.sum(),
                relaxedReads.sum(),
                cacheHits.sum(),
                cacheMisses.sum(),
                cacheEntries,
                cacheBytes,
                callsUnderWay);
    }
}
