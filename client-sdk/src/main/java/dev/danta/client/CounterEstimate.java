package dev.danta.client;

/**
 * What is known of a {@link BoundedCounter} without calling in what clients hold of it: at one moment between call and answer it
 * was within these two. They are the same if nobody held anything.
 */
public record CounterEstimate(long atLeast, long atMost) {}
