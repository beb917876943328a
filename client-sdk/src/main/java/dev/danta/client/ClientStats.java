package dev.danta.client;

/**
 * Counts since a client was built; each is exact, but they are read one after the other.
 *
 * @param commitsFast transactions settled in one round trip
 * @param commitsSlow in two
 * @param commitsSettled by somebody else
 * @param strictReads strict reads that left nothing behind on a node, transactions that wrote nothing among them
 * @param abortsStaleRead attempts aborted because something read was out of date
 * @param abortsConflict attempts aborted because another undecided transaction was in the way
 * @param abortsGaveUp attempts aborted because too few replicas voted in time
 * @param retries attempts after a first one
 * @param unknowns transactions, updates and spends whose outcome was not known by their deadline
 * @param readRounds questions for versions to replicas, each one round trip
 * @param relaxedUpdates relaxed updates acknowledged by a quorum
 * @param relaxedReads relaxed reads answered
 * @param spendsReserved spends of bounded counters done of what this client held
 * @param spendsRelaxed spends done of what this client held to be spent relaxed
 * @param spendsStrict spends done strictly
 * @param spendsLimit spends that were not done, because there was not enough, or not enough held
 * @param cacheHits keys that were to be read out of the cache, and were there
 * @param cacheVouched those of the hits that had been read too long ago, and were as good as new because feeds keep them fresh
 * @param cacheMisses keys that were to be read out of the cache, and had to be asked for
 * @param cacheEntries about how many keys are remembered now; 0 for a client without a cache
 * @param cacheBytes about how many bytes they take
 * @param callsUnderWay calls under way now
 */
public record ClientStats(
        long commitsFast,
        long commitsSlow,
        long commitsSettled,
        long strictReads,
        long abortsStaleRead,
        long abortsConflict,
        long abortsGaveUp,
        long retries,
        long unknowns,
        long readRounds,
        long relaxedUpdates,
        long relaxedReads,
        long spendsReserved,
        long spendsRelaxed,
        long spendsStrict,
        long spendsLimit,
        long cacheHits,
        long cacheVouched,
        long cacheMisses,
        long cacheEntries,
        long cacheBytes,
        int callsUnderWay) {
    /** All transactions that took effect. */
    public long commits() {
        return commitsFast + commitsSlow + commitsSettled;
    }

    /** All attempts that did not. */
    public long aborts() {
        return abortsStaleRead + abortsConflict + abortsGaveUp;
    }
}
