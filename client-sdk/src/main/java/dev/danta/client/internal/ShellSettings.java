package dev.danta.client.internal;

import dev.danta.txn.client.ClientSettings;

/**
 * What bounds a shell.
 *
 * @param callsMax calls under way at once; beyond it a call is refused at once, which keeps memory and waiting times
 *     bounded where load comes in faster than it is answered
 * @param batchMax inputs that the machine handles before what it wants to send leaves; high saves flushes, low answers
 *     sooner
 * @param roundsMax batches that one caller's thread does for everybody before the timer's thread takes over
 * @param machine how patient the machine is
 */
public record ShellSettings(int callsMax, int batchMax, int roundsMax, ClientSettings machine) {
    public static final ShellSettings DEFAULTS = new ShellSettings(10_000, 256, 32, ClientSettings.DEFAULTS);

    public ShellSettings {
        if (callsMax < 1 || batchMax < 1 || roundsMax < 1) {
            throw new IllegalArgumentException("bounds of calls, batches and rounds must be positive");
        }
    }

    /** The same for a client that remembers so many bytes: values are remembered up to a small part of that. */
    public ShellSettings withCacheBytes(long bytes) {
        return new ShellSettings(
                callsMax, batchMax, roundsMax, machine.withKnownVersionBytesMax((int) Math.min(bytes / 64, 1 << 20)));
    }

    /** The same with another bound on calls. */
    public ShellSettings withCallsMax(int newCallsMax) {
        return new ShellSettings(newCallsMax, batchMax, roundsMax, machine);
    }

    /** The same, keeping parts of bounded counters for so long. */
    public ShellSettings withCounterLeases(long counterLeaseNanos, long laxLeaseNanos) {
        return new ShellSettings(
                callsMax, batchMax, roundsMax, machine.withCounterLeases(counterLeaseNanos, laxLeaseNanos));
    }
}
