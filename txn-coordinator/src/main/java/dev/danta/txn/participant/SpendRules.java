package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.Spending;
import java.util.function.BooleanSupplier;

/**
 * The rules by which a replica takes or refuses what is spent of allotments (protocol.md 8). The methods are the protocol; a
 * test of the simulator replaces one of them, to see the break found.
 */
public interface SpendRules {
    /** The protocol's. */
    SpendRules PROTOCOL = new SpendRules() {};

    /** Whether an allotment of which this is here takes no spends any more. */
    default boolean refuses(Spending here) {
        return here.fenced();
    }

    /**
     * Whether an allotment is closed for good: the version that took it has been here, and the newest record here does not have
     * it open. It has been here if the newest one is not below it, since every version of a record has read the one before; and
     * if it is at or below {@code deletedBelow}, since an id is the timestamp that the transaction was committed at, which is
     * not below the transaction's id.
     */
    default boolean isOver(Timestamp allotment, Timestamp newest, Timestamp deletedBelow, BooleanSupplier isOpen) {
        return allotment.isAtOrBelow(Timestamp.max(newest, deletedBelow)) && !isOpen.getAsBoolean();
    }

    /**
     * Whether nothing need be kept of an allotment: it is at or below {@code deletedBelow}, and the newest version here, which is
     * not below it, does not have it open.
     */
    default boolean isForgotten(Timestamp allotment, Timestamp newest, Timestamp deletedBelow, boolean isOpen) {
        return allotment.isAtOrBelow(Timestamp.min(newest, deletedBelow)) && !isOpen;
    }

    /** What becomes of what is here when what another replica has is joined into it. */
    default Spending joined(Spending here, Spending theirs) {
        return here.join(theirs);
    }
}
