package dev.danta.ir.message;

import dev.danta.ir.id.Timestamp;

/** A replica's own result of a consensus operation: set once, at ballot 0, durable before it is told, never changed. */
public sealed interface Vote {
    /** Accepted at this timestamp, which is the proposed one or higher. */
    record Ok(Timestamp timestamp) implements Vote {}

    /** Refused; as durable as an OK. */
    record No(Refusal refusal) implements Vote {}
}
