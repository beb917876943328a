package dev.danta.txn;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Body;
import dev.danta.occ.AccessSet;
import java.util.List;

/** One shard's part of a transaction, with the list of all its participants (ascending, this shard among them). */
public record PrepareBody(List<ShardId> participants, AccessSet accesses) implements Body {
    public PrepareBody {
        participants = participants.stream().sorted().distinct().toList();
        if (participants.isEmpty()) {
            throw new IllegalArgumentException("a transaction has at least one participant");
        }
    }

    @Override
    public int sizeBytes() {
        return 64 + 4 * participants.size() + accesses.sizeBytes();
    }
}
