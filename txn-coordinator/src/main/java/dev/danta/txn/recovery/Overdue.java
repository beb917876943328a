package dev.danta.txn.recovery;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Report;
import java.util.List;

/**
 * Told by a replica: this transaction has been undecided here for long; somebody should settle it.
 *
 * @param participants all of them, or only the replica's own shard if it has never seen the transaction's body
 */
public record Overdue(Timestamp txn, List<ShardId> participants) implements Report {
    public Overdue {
        participants = List.copyOf(participants);
    }
}
