package dev.danta.ir.message;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.quorum.Membership;
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

    /** What is known of consensus operation {@code id}? Nothing is recorded, and no quorum rests on the answer. */
    record Lookup(Timestamp id) implements Request {}

    /** Inconsistent: the outcome of consensus operation {@code id}. A commit carries this shard's body. */
    record Decide(Timestamp id, Decision decision, @Nullable Body body) implements Request {}

    /** Inconsistent: execute {@code op}. */
    record Execute(OpId id, InconsistentOp op) implements Request {}

    /** A question; nothing is recorded. */
    record Ask(OpId id, Query query) implements Request {}

    /** Upkeep: tell the watermarks, the clock and how far peers' logs have been absorbed. */
    record Inspect(OpId id) implements Request {}

    /**
     * Catching up: send what follows {@code after} in your log. Vouches that {@code puller} has everything up to there on its
     * disk.
     *
     * @param after null if nothing was ever pulled
     * @param withBodies whether decisions are to come with bodies
     */
    record Pull(ReplicaId puller, @Nullable LogPosition after, boolean withBodies) implements Request {}

    /**
     * Catching up, to one's own replica: take on what {@code source} has served, in one step with the cursor.
     *
     * @param withBodies whether the bodies that {@code source} knows came along
     */
    record Absorb(ReplicaId source, LogPosition after, LogPosition upTo, List<LogItem> items, boolean withBodies)
            implements Request {
        public Absorb {
            items = List.copyOf(items);
        }
    }

    /** Catching up, to one's own replica: the log of {@code source} goes on at {@code position}; what was before is gone. */
    record SkipTo(ReplicaId source, LogPosition position) implements Request {}

    /**
     * Comparing, to one's own replica: say in hashes what you have above {@code after} and at or below {@code upTo} (no bytes:
     * to the end).
     *
     * @param keysEach how many keys go into one hash
     */
    record Summarize(StateView view, Bytes after, Bytes upTo, int keysEach) implements Request {}

    /**
     * Comparing: which of these ranges, the first of which begins above {@code after}, are not the same in your state?
     *
     * @param parts ascending
     * @param sends whether what is in ranges that differ is to be sent along
     */
    record Compare(StateView view, Bytes after, List<RangeHash> parts, boolean sends) implements Request {
        public Compare {
            parts = List.copyOf(parts);
        }
    }

    /** Comparing, to one's own replica: join what a peer has sent. */
    record Repair(OpId id, StatePart part) implements Request {}

    /** Forgetting, to one's own replica: give no operation at or below {@code upTo} its first OK vote any more. */
    record Bar(Timestamp upTo) implements Request {}

    /**
     * Forgetting: send what you know of operations above {@code after} and at or below {@code upTo}, in the order of their
     * ids. Answered only by a replica that gives none of them a first OK vote any more.
     */
    record Collect(OpId id, Timestamp upTo, Timestamp after, boolean withBodies) implements Request {}

    /** Forgetting, to one's own replica: take on what a peer knows of operations at or below {@code upTo}. */
    record Enter(OpId id, Timestamp upTo, List<KnownOp> ops, boolean withBodies) implements Request {
        public Enter {
            ops = List.copyOf(ops);
        }
    }

    /** Forgetting, to one's own replica: what q barred replicas know up to there was entered; nothing unknown is left. */
    record Resolve(Timestamp upTo) implements Request {}

    /** Forgetting, to one's own replica: all replicas of all shards have resolved everything up to there. */
    record Forget(Timestamp upTo) implements Request {}

    /** Forgetting, to one's own replica: drop some of what is forgotten from the disk. */
    record Sweep() implements Request {}

    /** About a change of epoch (protocol.md 9): it names the epoch itself, and is looked at in any. */
    sealed interface EpochRequest extends Request {}

    /** Answer nothing any more that is counted toward a quorum of {@code epoch}. */
    record Seal(Epoch epoch, long attempt) implements EpochRequest {}

    /** Send the full records of operations above {@code after} whose outcome you do not know as of {@code epoch}. */
    record ReadOpen(OpId id, Epoch epoch, Timestamp after) implements EpochRequest {}

    /** Send the full records of these operations, as far as there are any. */
    record ReadRecords(OpId id, Epoch epoch, List<Timestamp> operations) implements EpochRequest {
        public ReadRecords {
            operations = List.copyOf(operations);
        }
    }

    /**
     * Send what you know as of {@code epoch} of operations above {@code after} and at or below {@code upTo} (null: to the end)
     * whose outcome you know, but for those that are {@code known}.
     */
    record ReadDecided(
            OpId id, Epoch epoch, Timestamp after, @Nullable Timestamp upTo, List<Timestamp> known)
            implements EpochRequest {
        public ReadDecided {
            known = List.copyOf(known);
        }
    }

    /**
     * Which of these ranges of keys, the first of which begins above {@code after}, are not the same in the state that you have
     * as of {@code epoch}?
     *
     * @param incarnation of the disk that is meant: a replica with another one does not answer
     * @param parts ascending
     * @param sends whether what is in ranges that differ is to be sent along
     */
    record CompareState(
            Epoch epoch, long incarnation, StateView view, Bytes after, List<RangeHash> parts, boolean sends)
            implements EpochRequest {
        public CompareState {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Of which operations above {@code after} do you know the outcome?
     *
     * @param incarnation of the disk that is meant: a replica with another one does not answer
     * @param fill the transfer that this is a step of: a replica that waits takes all steps of one, in order
     * @param number of the step, from 0
     */
    record ListDecided(OpId id, long incarnation, OpId fill, long number, Timestamp after) implements EpochRequest {
        public ListDecided {
            requireNumber(number);
        }
    }

    /**
     * Say in hashes what you have above {@code after} and at or below {@code upTo} (no bytes: to the end).
     *
     * @param incarnation of the disk that is meant: a replica with another one does not answer
     * @param fill the transfer that this is a step of: a replica that waits takes all steps of one, in order
     * @param number of the step, from 0
     * @param keysEach how many keys go into one hash
     */
    record HashState(long incarnation, OpId fill, long number, StateView view, Bytes after, Bytes upTo, int keysEach)
            implements EpochRequest {
        public HashState {
            requireNumber(number);
        }
    }

    /**
     * Join these outcomes and this state into your own: they are true whatever becomes of the change. What an earlier transfer
     * has left, and whoever is read now has forgotten, goes.
     *
     * @param incarnation of the disk that is meant: a replica with another one does nothing
     * @param fill the transfer that this is a step of: a replica that waits takes all steps of one, in order
     * @param number of the step, from 0
     * @param reaches what {@code part} is all of; none if there is no part
     */
    record TakeState(
            OpId id,
            long incarnation,
            OpId fill,
            long number,
            List<KnownOp> decided,
            @Nullable StatePart part,
            List<StateReach> reaches)
            implements EpochRequest {
        public TakeState {
            decided = List.copyOf(decided);
            reaches = List.copyOf(reaches);
            if (part == null && !reaches.isEmpty()) {
                throw new IllegalArgumentException("nothing is all of a state: " + reaches);
            }
            requireNumber(number);
        }
    }

    private static void requireNumber(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("steps are numbered from 0: " + number);
        }
    }

    /** Keep this install; the {@code steps} of transfer {@code fill}, which belong to it, have been made. */
    record InstallEnd(long incarnation, OpId fill, long steps, Install install) implements EpochRequest {
        public InstallEnd {
            requireNumber(steps);
        }
    }

    /** This epoch is active, with the install of this attempt. */
    record Activate(Membership next, long attempt) implements EpochRequest {}

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

    /** To {@link Propose}, {@link Finalize}, {@link Inquire}, {@link Lookup}: the outcome is known here. */
    record Decided(
            Timestamp id, Decision decision, @Nullable Body body) implements Reply {}

    /**
     * To {@link Lookup}, where no outcome is known.
     *
     * @param participants all of them; only the replica's own shard if it has never seen the operation's body; none if it
     *     has no record of it
     */
    record LookedUp(Timestamp id, List<ShardId> participants) implements Reply {
        public LookedUp {
            participants = List.copyOf(participants);
        }
    }

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

    /**
     * To anything: this replica is in another epoch of the shard; nothing recorded, not a NO.
     *
     * @param current the members in the replica's epoch, which may be older or newer than the asker's
     */
    record WrongEpoch(Membership current) implements Reply {}

    /** To {@link Inspect}. */
    record Inspected(
            OpId id, Watermarks watermarks, long replicaTimeMicros, Timestamp greatest, List<LogCursor> cursors)
            implements Reply {
        public Inspected {
            cursors = List.copyOf(cursors);
        }
    }

    /**
     * To {@link Pull}: what follows {@code after}, up to and including {@code upTo}; durable here.
     *
     * @param end the number of the log's last entry now
     */
    record Pulled(LogPosition after, LogPosition upTo, List<LogItem> items, boolean withBodies, long end)
            implements Reply {
        public Pulled {
            items = List.copyOf(items);
        }

        /** Whether there is more already. */
        public boolean more() {
            return upTo.number() < end;
        }
    }

    /**
     * To {@link Pull}: what follows the puller's position is not kept here, or never was.
     *
     * @param restart the log begins after this one
     * @param end and ends with this one: what it says up to here is in this replica's state
     */
    record LogGone(LogPosition restart, LogPosition end) implements Reply {}

    /**
     * To {@link Absorb} and {@link SkipTo}: how far the log of {@code source} is absorbed here.
     *
     * @param bodiesWanted whether what follows there must be sent with bodies
     */
    record Absorbed(ReplicaId source, LogPosition upTo, boolean bodiesWanted) implements Reply {}

    /**
     * To {@link Summarize} and {@link HashState}.
     *
     * @param parts from where was asked; to where was asked, or less; none if the view does not suit the watermarks
     */
    record Summarized(OpId id, Watermarks watermarks, List<RangeHash> parts) implements Reply {
        public Summarized {
            parts = List.copyOf(parts);
        }
    }

    /**
     * To {@link Compare} and {@link CompareState}.
     *
     * @param different the places of ranges that are not the same here, ascending
     * @param part what is here in them, if that was asked for
     * @param upTo how far the answer goes; null if the view does not suit the watermarks
     */
    record Compared(
            OpId id,
            Watermarks watermarks,
            List<Integer> different,
            @Nullable StatePart part,
            @Nullable Bytes upTo) implements Reply {
        public Compared {
            different = List.copyOf(different);
        }
    }

    /** To {@link Repair}: joined, durably; {@code taken} versions and relaxed values were news. */
    record Repaired(OpId id, int taken) implements Reply {}

    /**
     * To {@link Bar}, {@link Resolve} and {@link Forget}; to a {@link Collect} that comes before its bar; and, ahead of the
     * answer, to a {@link Propose} that comes too late for a first OK vote: its client's clock is behind.
     */
    record Marked(Watermarks watermarks) implements Reply {}

    /** To {@link Resolve}: these, and perhaps more, must be settled before. */
    record Unresolved(Timestamp upTo, List<OpenOp> open) implements Reply {
        public Unresolved {
            open = List.copyOf(open);
        }
    }

    /**
     * To {@link Collect}.
     *
     * @param next where to go on, if there is more
     */
    record Collected(
            OpId id,
            Timestamp after,
            List<KnownOp> ops,
            boolean withBodies,
            @Nullable Timestamp next) implements Reply {
        public Collected {
            ops = List.copyOf(ops);
        }
    }

    /** To {@link Enter}: all are taken on, or, if {@code bodiesWanted}, some could not be without their bodies. */
    record Entered(OpId id, boolean bodiesWanted) implements Reply {}

    /** To {@link Sweep}: whether there is more to be dropped. */
    record Swept(boolean more) implements Reply {}

    /** To {@link Seal}: sealed, durably. */
    record Sealed(Epoch epoch, long attempt, long incarnation) implements Reply {}

    /**
     * To {@link ReadOpen} and {@link ReadDecided}.
     *
     * @param watermarks as they were when this page was read
     * @param next up to where this goes; null: nothing is above
     * @param sealed whether this replica is sealed
     */
    record RecordPage(
            OpId id,
            long incarnation,
            List<OpRecord> records,
            Watermarks watermarks,
            @Nullable Timestamp next,
            boolean sealed)
            implements Reply {
        public RecordPage {
            records = List.copyOf(records);
        }
    }

    /**
     * To {@link ReadRecords}.
     *
     * @param looked how many of the operations, of the first that were named, this goes for: the others are to be asked for anew
     */
    record RecordsRead(OpId id, long incarnation, int looked, List<OpRecord> records) implements Reply {
        public RecordsRead {
            records = List.copyOf(records);
        }
    }

    /**
     * To {@link ListDecided}.
     *
     * @param decided ascending; those at or below this replica's {@code deletedBelow} are left out
     * @param upTo up to where this goes; null: to the end
     */
    record DecidedListed(
            OpId id,
            Watermarks watermarks,
            List<Timestamp> decided,
            @Nullable Timestamp upTo) implements Reply {
        public DecidedListed {
            decided = List.copyOf(decided);
        }
    }

    /**
     * To {@link TakeState}: joined, durably. To any step of a transfer: whether it is the one that comes next; if not, nothing
     * was done.
     */
    record StateTaken(OpId id, boolean taken) implements Reply {}

    /** To {@link InstallEnd}: kept, durably. */
    record Installed(Epoch next, long attempt) implements Reply {}

    /**
     * To {@link Activate}: whether it serves in that epoch; if not, it has no install of that attempt and waits for one.
     *
     * @param incarnation of its disk
     */
    record Activated(Epoch epoch, boolean serving, long incarnation) implements Reply {}
}
