package dev.danta.sim.mutant;

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
import dev.danta.ir.replica.Application;
import dev.danta.ir.replica.StateComparison;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.txn.participant.Participant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes everything on to the genuine participant. */
class PassingOn implements Application {
    private final Participant genuine;

    PassingOn(Participant genuine) {
        this.genuine = genuine;
    }

    @Override
    public List<RangeHash> summarize(StateView view, Bytes after, Bytes upTo, int keysEach, int most) {
        return genuine.summarize(view, after, upTo, keysEach, most);
    }

    @Override
    public @Nullable StateComparison compare(StateView view, Bytes after, List<RangeHash> parts, boolean sends) {
        return genuine.compare(view, after, parts, sends);
    }

    @Override
    public List<Effect> join(StatePart part, Timestamp forgotten) {
        return genuine.join(part, forgotten);
    }

    @Override
    public List<Effect> forgetBeside(StatePart part, List<StateReach> reaches) {
        return genuine.forgetBeside(part, reaches);
    }

    @Override
    public Vote vote(ShardId shard, Timestamp id, Body body) {
        return genuine.vote(shard, id, body);
    }

    @Override
    public List<Effect> hold(Timestamp id, Body body) {
        return genuine.hold(id, body);
    }

    @Override
    public List<Effect> decide(Timestamp id, Decision decision, Body body) {
        return genuine.decide(id, decision, body);
    }

    @Override
    public @Nullable Changes changes(List<Effect> effects, int first) {
        return genuine.changes(effects, first);
    }

    @Override
    public List<Effect> release(Timestamp id) {
        return genuine.release(id);
    }

    @Override
    public Execution execute(OpId id, InconsistentOp op, Moment now) {
        return genuine.execute(id, op, now);
    }

    @Override
    public Execution absorb(OpId id, InconsistentOp op, List<Effect> soFar) {
        return genuine.absorb(id, op, soFar);
    }

    @Override
    public boolean noticedBehind() {
        return genuine.noticedBehind();
    }

    @Override
    public List<Effect> forget(Body body, Timestamp deletedBelow) {
        return genuine.forget(body, deletedBelow);
    }

    @Override
    public Answer answer(Query query, Moment now) {
        return genuine.answer(query, now);
    }
}
