package dev.danta.sim.invariant;

import dev.danta.ir.id.Timestamp;
import dev.danta.sim.disk.Disks;
import java.util.ArrayDeque;

/**
 * Lets the invariants forget what every replica has deleted, so that a long run does not fill the memory: a while later, for
 * answers to old questions are still under way. Most runs are over before that.
 */
final class Forgotten {
    private static final long SECOND = 1_000_000_000L;

    /** Longer than any read may take. */
    private static final long LATER_NANOS = 30 * SECOND;

    private final Disks disks;
    private final TxnLedger ledger;
    private final SerialOracle oracle;
    private final ArrayDeque<Deleted> noted = new ArrayDeque<>();
    private long nextNanos = SECOND;

    private record Deleted(Timestamp below, long atNanos) {}

    Forgotten(Disks disks, TxnLedger ledger, SerialOracle oracle) {
        this.disks = disks;
        this.ledger = ledger;
        this.oracle = oracle;
    }

    /** Time has come this far. */
    void at(long nowNanos) {
        if (nowNanos < nextNanos) {
            return;
        }
        nextNanos = nowNanos + SECOND;
        noted.add(new Deleted(disks.deletedEverywhere(), nowNanos));
        Timestamp below = Timestamp.ZERO;
        while (!noted.isEmpty() && noted.peek().atNanos() + LATER_NANOS <= nowNanos) {
            below = noted.remove().below();
        }
        if (below.isAbove(Timestamp.ZERO)) {
            ledger.forget(below);
            oracle.forget(below);
        }
    }
}
