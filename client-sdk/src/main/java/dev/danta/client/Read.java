package dev.danta.client;

/** How much a relaxed read asks for. */
public enum Read {
    /** One replica: one round trip to one node; may miss what others have. */
    LOCAL,
    /** A quorum: sees every write that was acknowledged before, and makes sure that later quorum reads see it too. */
    QUORUM
}
