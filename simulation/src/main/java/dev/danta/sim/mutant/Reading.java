package dev.danta.sim.mutant;

import dev.danta.sim.SimParts;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.participant.ReadViewRules;

/** Genuine parts but for how strict reads are asked and answered; replicas forget. */
record Reading(ReadRules readRules, ReadViewRules readViewRules) implements SimParts {
    @Override
    public boolean forgets(SimRandom random) {
        return true;
    }
}
