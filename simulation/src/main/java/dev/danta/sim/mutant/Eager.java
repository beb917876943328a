package dev.danta.sim.mutant;

import dev.danta.txn.recovery.RecoverySettings;

/** Settling so soon that it meets owners who are at work: allowed at any time, and hard on whatever arbitrates. */
final class Eager {
    private static final long MILLI = 1_000_000L;

    private Eager() {}

    static RecoverySettings settling(RecoverySettings drawn) {
        return new RecoverySettings(3 * MILLI, 2 * MILLI, 2 * MILLI, drawn.settlementsMax());
    }
}
