package dev.danta.ir.message;

/** Why a replica voted NO. Opaque to IR but for {@link Barred}. */
public interface Refusal {
    /** NO(NONE): this replica never looked at the operation and now never will vote OK for it (protocol.md 2.1). */
    enum Barred implements Refusal {
        /** A promise to somebody who settles the operation, or a Finalize, came first. */
        PROMISED,
        /** The operation's id is at or below the watermark {@code noFirstVoteBelow}. */
        WATERMARK
    }
}
