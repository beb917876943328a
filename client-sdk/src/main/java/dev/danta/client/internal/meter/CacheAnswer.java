package dev.danta.client.internal.meter;

/** What a cache had to say of a key. */
public enum CacheAnswer {
    HIT,
    /** Good because feeds keep it fresh. */
    VOUCHED,
    MISS
}
