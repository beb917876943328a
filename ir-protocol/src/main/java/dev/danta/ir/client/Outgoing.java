package dev.danta.ir.client;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.IrMessage;

/** A request that a call wants sent to one replica of its shard. */
public record Outgoing(ReplicaId to, IrMessage.Request request) {}
