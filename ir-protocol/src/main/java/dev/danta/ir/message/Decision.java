package dev.danta.ir.message;

import dev.danta.ir.id.Timestamp;

/** The outcome of the whole operation over all its participants; written once. */
public sealed interface Decision {
    /** It takes effect, at this timestamp on every shard. */
    record Commit(Timestamp timestamp) implements Decision {}

    /** It never takes effect. */
    record Abort() implements Decision {}
}
