package dev.danta.ir.message;

import dev.danta.ir.id.ShardId;
import java.util.List;

/** What a consensus operation proposes on one shard. Opaque to IR but for the shards that take part in it. */
public interface Body {
    /** All participants of the operation, this shard included, ascending. */
    List<ShardId> participants();

    /** About how many bytes it takes in memory, and in a message. */
    int sizeBytes();
}
