package dev.danta.sim.disk;

import dev.danta.ir.message.OpRecord;

/**
 * How much there is of each thing on a replica's disk.
 *
 * @param records of transactions
 * @param undecided of them without a decision
 * @param holding of them that hold their keys
 * @param log entries from the oldest to the newest
 * @param keys that were ever written and are still known
 * @param versions of all keys together
 */
public record Census(long records, long undecided, long holding, long log, long keys, long versions) {
    static final Census NOTHING = new Census(0, 0, 0, 0, 0, 0);

    static Census of(SimDisk disk) {
        SimDisk.Image image = disk.durable();
        return new Census(
                image.records().size(),
                image.undecided().size(),
                image.undecided().stream().filter(OpRecord::holds).count(),
                image.recordStore().logEnd() - image.recordStore().logStart(),
                image.versions().size(),
                image.versions().values().stream()
                        .mapToLong(versions -> versions.size())
                        .sum());
    }

    /** Of each thing the greater. */
    Census most(Census other) {
        return new Census(
                Math.max(records, other.records),
                Math.max(undecided, other.undecided),
                Math.max(holding, other.holding),
                Math.max(log, other.log),
                Math.max(keys, other.keys),
                Math.max(versions, other.versions));
    }
}
