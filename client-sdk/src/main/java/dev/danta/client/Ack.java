package dev.danta.client;

import dev.danta.txn.client.ClientCall;

/** How many replicas must have a relaxed change durably before it is answered. It is brought to all of them in either case. */
public enum Ack {
    /**
     * One: as fast as the nearest node, and possible as long as a single one can be reached, also in the minority of a partition.
     * The change is lost if that node loses its disk, and this client ends, before either has told another node. Until a quorum
     * has it, reads of quorums, sessions and caches need not show it.
     */
    ONE(ClientCall.Ack.ONE),
    /** A quorum, as is usual: it survives whatever a minority of the nodes loses, and every {@link Read#QUORUM} shows it from then on. */
    QUORUM(ClientCall.Ack.QUORUM);

    private final ClientCall.Ack inMachine;

    Ack(ClientCall.Ack inMachine) {
        this.inMachine = inMachine;
    }

    ClientCall.Ack inMachine() {
        return inMachine;
    }
}
