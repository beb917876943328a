package dev.danta.ir.message;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ShardId;

/** A message with the shard and the epoch it belongs to, and its sender. The epoch is checked before anything else. */
public record Envelope(ShardId shard, Epoch epoch, Address from, IrMessage message) {}
