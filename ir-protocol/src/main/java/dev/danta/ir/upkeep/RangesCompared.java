package dev.danta.ir.upkeep;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.runtime.Report;

/**
 * Told when the own replica of a shard has compared its state with a peer's.
 *
 * @param whole whether everything was compared, because the peer's log is gone, or only what is at or below the horizon
 * @param completed whether it came to the end, or was given up
 * @param ranges how many ranges of keys were compared
 * @param different how many of them were not the same
 * @param taken how many versions and relaxed values of the peer's were news
 */
public record RangesCompared(
        ShardId shard, ReplicaId peer, boolean whole, boolean completed, int ranges, int different, int taken)
        implements Report {}
