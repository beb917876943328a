package dev.danta.sim.workload;

import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.ClientCall.Ack;

/** How many are to acknowledge a change. */
final class Acks {
    private static final double BY_ONE = 0.25;

    private Acks() {}

    static Ack draw(SimRandom random) {
        return random.chance(BY_ONE) ? Ack.ONE : Ack.QUORUM;
    }
}
