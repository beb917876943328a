package dev.danta.ir.replica;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import java.util.Collection;

/**
 * The rules of a replica that the simulator breaks one at a time, to see that it would notice (protocol.md 11). The default
 * methods are the protocol.
 */
public interface ReplicaRules {
    ReplicaRules PROTOCOL = new ReplicaRules() {};

    /** Whether the first two rows of the table apply to {@code request}: to every one about a consensus operation. */
    default boolean watermarksApplyTo(IrMessage.Request request) {
        return true;
    }

    /** Whether an operation for which {@code promised} was promised gets no first OK vote here any more. */
    default boolean barsFirstVote(Ballot promised) {
        return promised.compareTo(Ballot.ZERO) > 0;
    }

    /** What a promise or an acceptance makes of an unset vote: NO, for good. */
    default OpRecord withoutLaterVote(OpRecord before) {
        return before.vote() != null ? before : before.withVote(new Vote.No(Refusal.Barred.PROMISED));
    }

    /** Whether a decision cannot be set before this shard's part of the operation is there: a commit's writes are in it. */
    default boolean lacksBody(OpRecord before, Decision decision) {
        return decision instanceof Decision.Commit && before.body() == null;
    }

    /** Whether an operation may still get its first OK vote here. */
    default boolean mayCastFirstVote(Timestamp id, Watermarks watermarks) {
        return id.isAbove(watermarks.noFirstVoteBelow());
    }

    /** What of an operation is compared with watermarks: its id, whatever was voted or committed. */
    default Timestamp comparedWithWatermarks(OpRecord record) {
        return record.id();
    }

    /** Whether what a peer's log says of an operation is taken on: of one that is forgotten here it is not. */
    default boolean absorbs(Timestamp id, Watermarks watermarks) {
        return id.isAbove(watermarks.deletedBelow());
    }

    /** Whether a peer is told what is known here up to {@code upTo}: not while an operation up to then may get its first vote. */
    default boolean mayTell(Timestamp upTo, Watermarks watermarks) {
        return upTo.isAtOrBelow(watermarks.noFirstVoteBelow());
    }

    /** Whether the record of an operation that a peer has told of is taken on: of one that is forgotten here it is not. */
    default boolean enters(Timestamp id, Watermarks watermarks) {
        return id.isAbove(watermarks.deletedBelow());
    }

    /** Up to which number the log may be truncated, given up to where each other member has pulled it. */
    default long truncatableUpTo(Collection<Long> pulledByOthers) {
        return pulledByOthers.stream().mapToLong(Long::longValue).min().orElse(0);
    }

    /**
     * The last number that may ever be dropped of a log that ends at {@code end}: its last entry stays, for a store knows by it
     * where the log ends, and numbers would begin anew otherwise.
     */
    default long droppableOf(long end) {
        return end - 1;
    }

    /** Whether a puller may simply go on after {@code after} in a log that has {@code first} + 1 to {@code last}. */
    default boolean continues(LogPosition after, LogIncarnation incarnation, long first, long last) {
        return after.incarnation().equals(incarnation) && after.number() >= first && after.number() <= last;
    }
}
