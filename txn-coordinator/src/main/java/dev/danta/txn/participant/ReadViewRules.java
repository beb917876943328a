package dev.danta.txn.participant;

import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.ValidationRules;
import dev.danta.occ.WriteHolds;
import org.jspecify.annotations.Nullable;

/** The rules by which a replica answers strict reads (protocol.md 5.1) and feeds (7). Tests of the simulator break them one by one. */
public interface ReadViewRules {
    /** The protocol's. */
    ReadViewRules PROTOCOL = new ReadViewRules() {};

    /** Whether a replica that has forgotten up to {@code deletedBelow} answers a round that began with {@code g}. */
    default boolean mayAnswer(Timestamp deletedBelow, Timestamp g) {
        return deletedBelow.isAtOrBelow(g);
    }

    /** The holds that a key read is told of. */
    default @Nullable Timestamp writerShown(Key key, WriteHolds holds) {
        return holds.writerOf(key);
    }

    /** How what was read is compared with what is here. */
    default ValidationRules comparison() {
        return ValidationRules.PROTOCOL;
    }

    /** The holds that stand in the way of a validation. */
    default WriteHolds holdsInTheWay(WriteHolds holds) {
        return holds;
    }

    /**
     * Whether a feed may simply go on after {@code after} in log {@code incarnation}, which has {@code start} to {@code end}:
     * not if it is another log, nor if anything between is not kept, or was never written.
     */
    default boolean continues(LogPosition after, LogIncarnation incarnation, long start, long end) {
        return after.incarnation().equals(incarnation) && after.number() >= start - 1 && after.number() <= end;
    }
}
