package dev.danta.ir.message;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import java.util.List;

/**
 * A consensus operation without a decision.
 *
 * @param participants all of them, or only the replica's own shard if it has never seen the body
 */
public record OpenOp(Timestamp id, List<ShardId> participants) {
    public OpenOp {
        participants = List.copyOf(participants);
    }
}
