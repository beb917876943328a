package dev.danta.node;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import java.util.Map;
import java.util.TreeMap;

/** How much of its peers' logs this node's replicas lack, as far as their last answers say; for whoever wants to know. */
final class PulledLogs {
    private final Map<ShardId, Map<Integer, Long>> behind = new TreeMap<>();

    /** A peer has answered a pull. */
    synchronized void hear(Envelope envelope) {
        if (!(envelope.from() instanceof Address.Replica from)) {
            return;
        }
        if (envelope.message() instanceof IrMessage.Pulled pulled) {
            set(
                    envelope.shard(),
                    from.id(),
                    Math.max(0, pulled.end() - pulled.upTo().number()));
        } else if (envelope.message() instanceof IrMessage.LogGone gone) {
            set(envelope.shard(), from.id(), Math.max(1, gone.end().number()));
        }
    }

    private void set(ShardId shard, ReplicaId peer, long entries) {
        behind.computeIfAbsent(shard, one -> new TreeMap<>()).put(peer.number(), entries);
    }

    /** So many entries for each peer that was heard of, when it was heard of last; 0 is none. */
    synchronized Map<Integer, Long> behind(ShardId shard) {
        return new TreeMap<>(behind.getOrDefault(shard, Map.of()));
    }
}
