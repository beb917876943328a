package dev.danta.ir.message;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The whole vocabulary between clients and the replicas of one shard. */
public sealed interface IrMessage {

    /** Said to a replica. */
    sealed interface Request extends IrMessage {}

    /** Consensus, ballot 0: vote on {@code body}. */
    record Propose(Timestamp id, Body body) implements Request {}

    /** Consensus: accept {@code result} at {@code ballot}. It carries the body, unless nobody who answered knows it. */
    record Finalize(
            Timestamp id,
            Ballot ballot,
            Result result,
            @Nullable Body body) implements Request {}

    /** Consensus: promise {@code ballot}, and tell what is known. */
    record Inquire(Timestamp id, Ballot ballot, List<ShardId> participants) implements Request {
        public Inquire {
            participants = List.copyOf(participants);
        }
    }

    /** Inconsistent: the outcome of consensus operation {@code id}. A commit carries this shard's body. */
    record Decide(Timestamp id, Decision decision, @Nullable Body body) implements Request {}

    /** Inconsistent: execute {@code op}. */
    record Execute(OpId id, InconsistentOp op) implements Request {}

    /** A question; nothing is recorded. */
    record Ask(OpId id, Query query) implements Request {}

    /** Said by a replica. */
    sealed interface Reply extends IrMessage {}

    /** To {@link Propose}: this replica's vote. */
    record Voted(Timestamp id, Vote vote) implements Reply {}

    /** To {@link Finalize}: accepted at {@code ballot}. */
    record Accepted(Timestamp id, Ballot ballot) implements Reply {}

    /** To {@link Finalize} and {@link Inquire}: a higher ballot was promised to somebody else. */
    record Preempted(Timestamp id, Ballot ballot, Ballot promised) implements Reply {}

    /** To {@link Inquire}: promised; the vote (set from now on), what was accepted, the body if known. */
    record Promised(
            Timestamp id,
            Ballot ballot,
            Vote vote,
            @Nullable Acceptance accepted,
            @Nullable Body body) implements Reply {}

    /** To {@link Propose}, {@link Finalize}, {@link Inquire}: the outcome is known here. */
    record Decided(
            Timestamp id, Decision decision, @Nullable Body body) implements Reply {}

    /** To {@link Decide}: the decision is durable and applied here. */
    record DecisionAcknowledged(Timestamp id) implements Reply {}

    /** To a {@link Decide} that commits: this shard's body is not known here, so nothing was set. Send it along. */
    record BodyMissing(Timestamp id) implements Reply {}

    /** To anything about a consensus operation: forgotten here. The outcome is unknown, <em>not</em> "aborted". */
    record TooOld(Timestamp id, Timestamp deletedBelow) implements Reply {}

    /** To {@link Propose}: the id is too far ahead of this replica's clock; nothing recorded, not a NO. */
    record ClockRefused(Timestamp id, long replicaTimeMicros) implements Reply {}

    /** To {@link Execute}: durable and applied here. */
    record Executed(OpId id) implements Reply {}

    /** To {@link Execute}: nothing was done, and never will be for this message; {@code reason} is one sentence. */
    record ExecuteRefused(OpId id, String reason) implements Reply {}

    /** To {@link Execute}: its stamp is too far ahead of this replica's clock; nothing done, but it may be later. */
    record ExecuteClockRefused(OpId id, long replicaTimeMicros) implements Reply {}

    /** To {@link Ask}. */
    record Answered(OpId id, Answer answer) implements Reply {}

    /** To {@link Propose}: no capacity; nothing recorded, not a NO. */
    record ProposeOverloaded(Timestamp id) implements Reply {}

    /** To {@link Execute} and {@link Ask}: no capacity; nothing recorded. */
    record OpOverloaded(OpId id) implements Reply {}

    /** To anything: this replica is in another epoch of the shard; nothing recorded, not a NO. */
    record WrongEpoch(Epoch current) implements Reply {}
}
