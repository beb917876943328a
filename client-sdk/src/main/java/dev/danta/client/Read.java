package dev.danta.client;

/** How much a read asks for: of a relaxed collection one of the first three, of a strict one the last. */
public enum Read {
    /** One replica: one round trip to one node; may miss what others have. */
    LOCAL,
    /**
     * Within a {@link Session}: one replica that has everything that the session has read and written of the key, or several
     * together.
     */
    SESSION,
    /** A quorum: sees every write that was acknowledged before, and makes sure that later quorum reads see it too. */
    QUORUM,
    /** Of strict collections: the newest value at one moment during the read, in one round trip, without a trace. */
    STRICT
}
