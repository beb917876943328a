package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.txn.recovery.RecoverySettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whoever has stood in this client's way for long, refusing its writes or holding up its strict reads, is settled
 * (protocol.md 6): its coordinator is slow or gone.
 */
final class Obstacles {
    private static final int REMEMBERED_MAX = 1_024;

    private final ClientId self;
    private final Settling settling;
    private final RecoverySettings settings;
    private final Map<Timestamp, Long> metSinceNanos = new LinkedHashMap<>();

    Obstacles(ClientId self, Settling settling, RecoverySettings settings) {
        this.self = self;
        this.settling = settling;
        this.settings = settings;
    }

    /** A replica of {@code shard} has named {@code holder} as in the way; this client's own transactions end by themselves. */
    void met(Turn turn, Timestamp holder, ShardId shard) {
        if (holder.client().equals(self)) {
            return;
        }
        long now = turn.now().monotonicNanos();
        Long since = metSinceNanos.putIfAbsent(holder, now);
        if (since != null && now - since >= settings.recoveryAfterNanos()) {
            metSinceNanos.remove(holder);
            settling.settle(turn, holder, List.of(shard), null);
        } else if (metSinceNanos.size() > REMEMBERED_MAX) {
            metSinceNanos.remove(metSinceNanos.keySet().iterator().next());
        }
    }
}
