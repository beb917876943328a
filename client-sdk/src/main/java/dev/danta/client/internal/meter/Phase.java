package dev.danta.client.internal.meter;

/** What a transaction spends its time on, beside its closure's own code. */
public enum Phase {
    /** Replicas, or the cache, were asked for versions or for a part of a range. */
    READ,
    /** It waited for its turn at a key that others of the same client write, too. */
    TURN,
    /** It was committed or aborted. */
    COMMIT,
    /** It wrote nothing, and what it had read was validated. */
    VALIDATE,
    /** It had lost, and waited until it could begin anew. */
    BACK_OFF
}
