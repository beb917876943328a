package dev.danta.sim.mutant;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.replica.ReplicaRules;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.occ.ValidationRules;
import dev.danta.sim.SimParts;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.recovery.SweepingReplica;

/** Parts of a cluster that forgets soon, with rules that may be broken. Nothing else about them is. */
record Forgetful(Haste haste, ReplicaRules replicaRules, ValidationRules validationRules, QuorumRules quorumRules)
        implements SimParts {
    private static final long MILLI = 1_000_000L;

    /** How soon, and in what network. */
    enum Haste {
        /** A fifth of a second after the fact. */
        SOON(30, 200, false),
        /** So soon that whoever is on a slow link comes too late. */
        AT_ONCE(8, 30, false),
        /** Soon, and what was delivered long ago may come again. */
        ECHOING(30, 100, true);

        private final long everyNanos;
        private final long lagMicros;
        private final boolean echoes;

        Haste(long everyMillis, long lagMillis, boolean echoes) {
            this.everyNanos = everyMillis * MILLI;
            this.lagMicros = lagMillis * 1_000;
            this.echoes = echoes;
        }
    }

    /** With nothing broken. */
    static Forgetful genuine(Haste haste) {
        return new Forgetful(haste, ReplicaRules.PROTOCOL, ValidationRules.PROTOCOL, QuorumRules.PROTOCOL);
    }

    Forgetful with(ReplicaRules broken) {
        return new Forgetful(haste, broken, validationRules, quorumRules);
    }

    Forgetful with(ValidationRules broken) {
        return new Forgetful(haste, replicaRules, broken, quorumRules);
    }

    Forgetful with(QuorumRules broken) {
        return new Forgetful(haste, replicaRules, validationRules, broken);
    }

    @Override
    public boolean forgets(SimRandom random) {
        return true;
    }

    @Override
    public UpkeepSettings upkeep(UpkeepSettings drawn) {
        return new UpkeepSettings(drawn.pullEveryNanos(), haste.everyNanos, haste.lagMicros, drawn.comparing());
    }

    @Override
    public Machine<SweepingReplica.Input> replica(ReplicaId replica, SweepingReplica genuine, SimDisk disk) {
        return haste.echoes ? new Echo(genuine) : genuine;
    }
}
