package dev.danta.client.internal.meter;

/** What a spend of a bounded counter came to. */
public enum SpendAnswer {
    /** Done, of what the client held. */
    RESERVED,
    /** Done strictly. */
    STRICT,
    /** Not done: there was not enough. */
    LIMIT
}
