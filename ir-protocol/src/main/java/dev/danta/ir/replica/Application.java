package dev.danta.ir.replica;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Answer;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Changes;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.InconsistentOp;
import dev.danta.ir.message.Query;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.StatePart;
import dev.danta.ir.message.StateReach;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Vote;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The upcalls of a replica: what operations mean. Called by {@link IrReplica} only, within its step; the effects returned
 * (persists and tells) become part of that step. Nothing that a peer sent may make an upcall throw.
 */
public interface Application {
    /** Looks at a proposal and changes nothing; an OK is followed by {@link #hold} in the same step. */
    Vote vote(ShardId shard, Timestamp id, Body body);

    /** The effects of the hold that {@code id} has on {@code body} from now on; called once per hold, also at a restart. */
    List<Effect> hold(Timestamp id, Body body);

    /** The hold of {@code id} ends without a decision: after OK against this replica's own NO, an abort was accepted. */
    List<Effect> release(Timestamp id);

    /** Applies a decision: the hold, if any, ends; a commit's writes take effect at its timestamp. */
    List<Effect> decide(Timestamp id, Decision decision, Body body);

    /** What executing an inconsistent operation came to. */
    sealed interface Execution {
        /** Done (or already contained in the state); {@code effects} make it durable. */
        record Done(List<Effect> effects) implements Execution {}

        /** Not done, and never will be; {@code reason} is one sentence. */
        record Refused(String reason) implements Execution {}

        /** Not done yet: a stamp in it is too far ahead of this replica's clock. */
        record TooFarAhead() implements Execution {}
    }

    Execution execute(OpId id, InconsistentOp op, Moment now);

    /**
     * As {@link #execute}, for an operation that a peer has executed: whether its stamp is far ahead does not matter.
     *
     * @param soFar the effects of the same step before this one: many operations are taken on in one step, and what is
     *     read back does not show them yet
     */
    Execution absorb(OpId id, InconsistentOp op, List<Effect> soFar);

    Answer answer(Query query, Moment now);

    /**
     * What {@code effects} change from number {@code first} on, for the log; null if nothing. Those before it are of the same
     * step, and not read back yet.
     */
    @Nullable
    Changes changes(List<Effect> effects, int first);

    /** Whether a vote since this was last asked has shown that this replica lacks what others have. */
    boolean noticedBehind();

    /** A committed operation is forgotten: what of its writes was only kept for others like it may be dropped. */
    List<Effect> forget(Body body, Timestamp deletedBelow);

    /**
     * Hashes of what is under the keys above {@code after} and at or below {@code upTo} (no bytes: to the end), as
     * {@code view} says, {@code keysEach} keys to a hash and {@code most} hashes; fewer of them if one step may not take so
     * many keys.
     */
    List<RangeHash> summarize(StateView view, Bytes after, Bytes upTo, int keysEach, int most);

    /**
     * Holds what is here against another replica's {@code parts}, the first of which begins above {@code after}; as much of it
     * as one step may take.
     *
     * @param sends whether what is here in ranges that differ goes into the answer
     * @return null if {@code parts} are not ranges one after the other
     */
    @Nullable
    StateComparison compare(StateView view, Bytes after, List<RangeHash> parts, boolean sends);

    /**
     * Joins what another replica has into this one's state; what a forgotten operation wrote is skipped, be it forgotten here
     * or at or below {@code forgotten}.
     */
    List<Effect> join(StatePart part, Timestamp forgotten);

    /**
     * Drops what another replica has forgotten: what is here within {@code reaches}, at or below its watermark, and not in
     * {@code part}. What was brought before may have been deleted since, and the deletion is gone.
     */
    List<Effect> forgetBeside(StatePart part, List<StateReach> reaches);
}
