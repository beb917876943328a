package dev.danta.ir.replica;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.runtime.Report;

/** Told by a replica: somebody has seen something that is missing here; it is time to ask the peers (protocol.md 4.2). */
public record Behind(ShardId shard) implements Report {}
