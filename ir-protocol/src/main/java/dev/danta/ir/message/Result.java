package dev.danta.ir.message;

import dev.danta.ir.id.Timestamp;

/** What a proposer asks replicas to accept for one shard, and what is chosen there in the end. */
public sealed interface Result {
    /** The shard agrees, at this timestamp. */
    record Ok(Timestamp timestamp) implements Result {}

    /** The shard refuses, for good. */
    record Abort() implements Result {}
}
