package dev.danta.client.internal.meter;

/** What a spend of a bounded counter came to. */
public enum SpendAnswer {
    /** Done, of what the client held. */
    RESERVED,
    /** Done, of what the client held to be spent relaxed. */
    RELAXED,
    /** Done strictly. */
    STRICT,
    /** Not done: there was not enough, or not enough held. */
    LIMIT
}
