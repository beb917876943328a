package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import java.util.NavigableSet;

/**
 * The rules by which a proposal waits for the holders of its keys (protocol.md 4.5). The methods are the protocol; a test of
 * the simulator replaces one of them, to see the break found.
 */
public interface WaitingRules {
    /** The protocol's. */
    WaitingRules PROTOCOL = new WaitingRules() {};

    /**
     * Whether a proposal may wait for those in its way: if every one of them is older. So waiting always points from younger
     * to older, and there is no deadlock.
     */
    default boolean mayWait(Timestamp id, NavigableSet<Timestamp> inTheWay) {
        return !inTheWay.isEmpty() && id.isAbove(inTheWay.last());
    }

    /** What is put to the replica when a proposal has waited: all of it, as if it came only now. */
    default IrMessage.Propose whenWoken(IrMessage.Propose waited) {
        return waited;
    }
}
