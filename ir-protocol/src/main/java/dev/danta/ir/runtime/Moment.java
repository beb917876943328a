package dev.danta.ir.runtime;

/**
 * The time as it arrives with an input.
 *
 * @param monotonicNanos never goes back within one process life; its origin means nothing
 * @param wallMicros microseconds since 1970 by the local clock, which may be wrong, drift and jump
 */
public record Moment(long monotonicNanos, long wallMicros) {}
