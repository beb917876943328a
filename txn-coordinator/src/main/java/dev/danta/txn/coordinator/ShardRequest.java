package dev.danta.txn.coordinator;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.IrMessage;

/** A request to one replica of one shard. */
public record ShardRequest(ShardId shard, ReplicaId to, IrMessage.Request request) {}
