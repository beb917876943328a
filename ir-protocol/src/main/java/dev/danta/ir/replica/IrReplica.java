package dev.danta.ir.replica;

import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Acceptance;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Invariant;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One replica of one shard: the table of protocol.md 2.1, row by row. Every answer is computed from the record of the
 * operation it is about, and what an answer vouches for is persisted in the same step.
 *
 * <p>Invariants: a vote and a decision are set once; {@code promised} never goes back; the undecided records in memory are
 * those of the store.
 */
public final class IrReplica implements Machine<IrReplica.Input> {
    private final ReplicaId self;
    private Membership membership;
    private final Settings settings;
    private final RecordStore store;
    private final Application application;
    private Watermarks watermarks;
    private final EpochDesk epochs;
    private final Map<Timestamp, OpRecord> undecided = new TreeMap<>();

    /** What a replica is told. */
    public sealed interface Input {
        /** At the start, once and first: take up what the store holds. */
        record Started() implements Input {}

        /** A message came. */
        record Received(Envelope envelope) implements Input {}
    }

    /**
     * What an operator may choose.
     *
     * @param maxClockAheadMicros how far a proposed id may be ahead of this replica's clock before the proposal is refused;
     *     liveness only: it keeps one broken clock from pushing everyone into the future
     */
    public record Settings(long maxClockAheadMicros) {
        public Settings {
            if (maxClockAheadMicros < 0) {
                throw new IllegalArgumentException("maxClockAhead must not be negative");
            }
        }
    }

    /**
     * A replica that goes on with what its store holds.
     *
     * @param first the members of the shard, if the store has never been told otherwise
     */
    public IrReplica(ReplicaId self, Membership first, Settings settings, RecordStore store, Application application) {
        this(self, first, settings, store, application, EpochRules.PROTOCOL);
    }

    /** With rules for changes of epoch that are the protocol's, or broken on purpose. */
    public IrReplica(
            ReplicaId self,
            Membership first,
            Settings settings,
            RecordStore store,
            Application application,
            EpochRules epochRules) {
        this.self = self;
        this.epochs = new EpochDesk(self, first, store, application, epochRules, new Installation());
        this.membership = epochs.state().membership();
        Invariant.check(
                membership.hasMember(self) || !epochs.state().isServing(),
                "a replica is a member of its shard",
                self,
                membership);
        this.settings = settings;
        this.store = store;
        this.application = application;
        this.watermarks = store.watermarks();
    }

    @Override
    public List<Effect> handle(Input input, Moment now) {
        if (input instanceof Input.Received received) {
            return onMessage(received.envelope(), now);
        }
        return onStarted();
    }

    private List<Effect> onStarted() {
        List<Effect> effects = new ArrayList<>();
        for (OpRecord kept : store.undecided()) {
            undecided.put(kept.id(), kept);
            if (kept.holds()) {
                effects.addAll(application.hold(kept.id(), bodyOf(kept)));
            }
        }
        return effects;
    }

    private List<Effect> onMessage(Envelope envelope, Moment now) {
        if (!envelope.shard().equals(membership.shard())
                || !(envelope.message() instanceof IrMessage.Request request)) {
            return List.of();
        }
        Step step = new Step(envelope.from());
        if (request instanceof IrMessage.EpochRequest about) {
            onEpochRequest(step, about);
        } else if (!envelope.epoch().equals(membership.epoch())) {
            step.reply(epochs.wrongEpoch());
        } else if (!epochs.mayAnswer()) {
            return List.of();
        } else if (request instanceof IrMessage.Propose propose) {
            onPropose(step, propose, now);
        } else if (request instanceof IrMessage.Finalize finalize) {
            onFinalize(step, finalize);
        } else if (request instanceof IrMessage.Inquire inquire) {
            onInquire(step, inquire);
        } else if (request instanceof IrMessage.Lookup lookup) {
            onLookup(step, lookup);
        } else if (request instanceof IrMessage.Decide decide) {
            onDecide(step, decide);
        } else if (request instanceof IrMessage.Execute execute) {
            onExecute(step, execute, now);
        } else if (request instanceof IrMessage.Ask ask) {
            step.reply(new IrMessage.Answered(ask.id(), application.answer(ask.query(), now)));
        }
        return step.effects;
    }

    private void onEpochRequest(Step step, IrMessage.EpochRequest request) {
        IrMessage.Reply reply = epochs.on(request, step.effects);
        membership = epochs.state().membership();
        if (reply != null) {
            step.reply(reply);
        }
    }

    private void onPropose(Step step, IrMessage.Propose propose, Moment now) {
        OpRecord known = known(propose.id());
        if (known == null && answeredByWatermark(step, propose.id())) {
            return;
        }
        OpRecord before = known == null ? OpRecord.blank(propose.id()) : known;
        if (before.decision() != null) {
            step.reply(new IrMessage.Decided(before.id(), before.decision(), before.body()));
        } else if (before.vote() != null) {
            step.reply(new IrMessage.Voted(before.id(), before.vote()));
        } else if (before.promised().compareTo(Ballot.ZERO) > 0) {
            vote(step, before.withBody(propose.body()), new Vote.No(Refusal.Barred.PROMISED));
        } else if (before.id().isAtOrBelow(watermarks.noFirstVoteBelow())) {
            vote(step, before.withBody(propose.body()), new Vote.No(Refusal.Barred.WATERMARK));
        } else if (before.id().timeMicros() - settings.maxClockAheadMicros() > now.wallMicros()) {
            step.reply(new IrMessage.ClockRefused(before.id(), now.wallMicros()));
        } else {
            Vote vote = application.vote(membership.shard(), before.id(), propose.body());
            vote(step, before.withBody(propose.body()), vote);
        }
    }

    private void vote(Step step, OpRecord before, Vote vote) {
        change(step, before, before.withVote(vote));
        step.reply(new IrMessage.Voted(before.id(), vote));
    }

    private void onFinalize(Step step, IrMessage.Finalize finalize) {
        OpRecord known = known(finalize.id());
        if (known == null && answeredByWatermark(step, finalize.id())) {
            return;
        }
        OpRecord before = known == null ? OpRecord.blank(finalize.id()) : known;
        if (before.decision() != null) {
            step.reply(new IrMessage.Decided(before.id(), before.decision(), before.body()));
        } else if (finalize.ballot().compareTo(before.promised()) < 0) {
            step.reply(new IrMessage.Preempted(before.id(), finalize.ballot(), before.promised()));
        } else if (finalize.result() instanceof Result.Ok && finalize.body() == null && before.body() == null) {
            step.reply(new IrMessage.BodyMissing(before.id()));
        } else {
            OpRecord after = withoutLaterVote(before.withBody(finalize.body()))
                    .withAccepted(new Acceptance(finalize.ballot(), finalize.result()));
            change(step, before, after);
            step.reply(new IrMessage.Accepted(before.id(), finalize.ballot()));
        }
    }

    private void onInquire(Step step, IrMessage.Inquire inquire) {
        OpRecord known = known(inquire.id());
        if (known == null && answeredByWatermark(step, inquire.id())) {
            return;
        }
        OpRecord before = known == null ? OpRecord.blank(inquire.id()) : known;
        if (before.decision() != null) {
            step.reply(new IrMessage.Decided(before.id(), before.decision(), before.body()));
        } else if (isPromisedAlready(before, inquire.ballot())) {
            // Its answer may be lost: nothing has changed since, so what it vouches for is what it vouched for.
            promise(step, before);
        } else if (inquire.ballot().compareTo(before.promised()) <= 0) {
            step.reply(new IrMessage.Preempted(before.id(), inquire.ballot(), before.promised()));
        } else {
            OpRecord after = withoutLaterVote(before).withPromised(inquire.ballot());
            change(step, before, after);
            promise(step, after);
        }
    }

    /**
     * Whether {@code ballot} was promised to an Inquire before, and nothing was accepted at it. A ballot names its proposer,
     * which sends one Inquire per ballot, so this is the same one once more.
     */
    private static boolean isPromisedAlready(OpRecord before, Ballot ballot) {
        return ballot.compareTo(Ballot.ZERO) > 0
                && before.promised().equals(ballot)
                && before.vote() != null
                && (before.accepted() == null || !before.accepted().ballot().equals(ballot));
    }

    private static void promise(Step step, OpRecord promised) {
        step.reply(new IrMessage.Promised(
                promised.id(), promised.promised(), voteOf(promised), promised.accepted(), promised.body()));
    }

    private void onLookup(Step step, IrMessage.Lookup lookup) {
        OpRecord known = known(lookup.id());
        if (known == null) {
            if (!answeredByWatermark(step, lookup.id())) {
                step.reply(new IrMessage.LookedUp(lookup.id(), List.of()));
            }
        } else if (known.decision() != null) {
            step.reply(new IrMessage.Decided(known.id(), known.decision(), known.body()));
        } else {
            Body body = known.body();
            step.reply(new IrMessage.LookedUp(
                    known.id(), body == null ? List.of(membership.shard()) : body.participants()));
        }
    }

    private void onDecide(Step step, IrMessage.Decide decide) {
        OpRecord known = known(decide.id());
        if (known == null && decide.id().isAtOrBelow(watermarks.deletedBelow())) {
            step.reply(new IrMessage.DecisionAcknowledged(decide.id()));
            return;
        }
        if (known == null && answeredByWatermark(step, decide.id())) {
            return;
        }
        OpRecord before = (known == null ? OpRecord.blank(decide.id()) : known).withBody(decide.body());
        if (before.decision() != null) {
            Invariant.check(
                    before.decision().equals(decide.decision()), "an operation has one decision", before, decide, self);
            step.reply(new IrMessage.DecisionAcknowledged(before.id()));
        } else if (decide.decision() instanceof Decision.Commit && before.body() == null) {
            step.reply(new IrMessage.BodyMissing(before.id()));
        } else {
            change(step, before, before.withDecision(decide.decision()));
            if (before.body() != null) {
                step.effects.addAll(application.decide(before.id(), decide.decision(), before.body()));
            }
            step.reply(new IrMessage.DecisionAcknowledged(before.id()));
        }
    }

    private void onExecute(Step step, IrMessage.Execute execute, Moment now) {
        Application.Execution execution = application.execute(execute.id(), execute.op(), now);
        if (execution instanceof Application.Execution.Done done) {
            step.effects.addAll(done.effects());
            step.reply(new IrMessage.Executed(execute.id()));
        } else if (execution instanceof Application.Execution.Refused refused) {
            step.reply(new IrMessage.ExecuteRefused(execute.id(), refused.reason()));
        } else if (execution instanceof Application.Execution.TooFarAhead) {
            step.reply(new IrMessage.ExecuteClockRefused(execute.id(), now.wallMicros()));
        }
    }

    /** The first two rows of the table: nothing is recorded of {@code id}, but the watermarks say something. */
    private boolean answeredByWatermark(Step step, Timestamp id) {
        if (id.isAtOrBelow(watermarks.deletedBelow())) {
            step.reply(new IrMessage.TooOld(id, watermarks.deletedBelow()));
            return true;
        }
        if (id.isAtOrBelow(watermarks.resolvedBelow())) {
            step.reply(new IrMessage.Decided(id, new Decision.Abort(), null));
            return true;
        }
        return false;
    }

    private static OpRecord withoutLaterVote(OpRecord before) {
        return before.vote() != null ? before : before.withVote(new Vote.No(Refusal.Barred.PROMISED));
    }

    private @Nullable OpRecord known(Timestamp id) {
        OpRecord open = undecided.get(id);
        return open != null ? open : store.record(id);
    }

    /** Persists {@code after} and keeps the undecided in memory, and the holds that follow from them, in step. */
    private void change(Step step, OpRecord before, OpRecord after) {
        change(step.effects, before, after);
    }

    private void change(List<Effect> effects, OpRecord before, OpRecord after) {
        effects.add(new Effect.Persist(new PutRecord(after)));
        if (after.decision() == null) {
            undecided.put(after.id(), after);
        } else {
            undecided.remove(after.id());
        }
        if (after.holds() && !before.holds()) {
            effects.addAll(application.hold(after.id(), bodyOf(after)));
        } else if (before.holds() && !after.holds() && after.decision() == null) {
            effects.addAll(application.release(after.id()));
        }
    }

    /** How an epoch change gets at records, holds and watermarks. */
    private final class Installation implements EpochDesk.Replica {
        @Override
        public void learn(List<Effect> effects, KnownOp decided) {
            OpRecord known = known(decided.id());
            Decision decision = decided.decision();
            if (decision == null
                    || (known == null && decided.id().isAtOrBelow(watermarks.deletedBelow()))
                    || (known != null && known.decision() != null)) {
                return;
            }
            OpRecord before = (known == null ? OpRecord.blank(decided.id()) : known).withBody(decided.body());
            change(effects, before, before.withDecision(decision));
            if (before.body() != null) {
                effects.addAll(application.decide(before.id(), decision, before.body()));
            }
        }

        @Override
        public Map<Timestamp, OpRecord> undecided() {
            return undecided;
        }

        @Override
        public void install(List<Effect> effects, OpRecord installed) {
            OpRecord known = known(installed.id());
            if (known != null && known.decision() != null) {
                return;
            }
            OpRecord after = known == null ? installed : installed.withBody(known.body());
            effects.add(new Effect.Persist(new InstallRecord(after)));
            undecided.put(after.id(), after);
            boolean held = known != null && known.holds();
            if (held && !after.holds()) {
                effects.addAll(application.release(after.id()));
            } else if (after.holds() && !held) {
                effects.addAll(application.hold(after.id(), bodyOf(after)));
            }
        }

        @Override
        public void drop(List<Effect> effects, OpRecord dropped) {
            effects.add(new Effect.Persist(new DropRecord(dropped.id())));
            undecided.remove(dropped.id());
            if (dropped.holds()) {
                effects.addAll(application.release(dropped.id()));
            }
        }

        @Override
        public void setWatermarks(List<Effect> effects, Watermarks newWatermarks) {
            watermarks = newWatermarks;
            effects.add(new Effect.Persist(new PutWatermarks(newWatermarks)));
        }
    }

    private static Body bodyOf(OpRecord holder) {
        if (holder.body() == null) {
            throw new IllegalStateException("a record that holds keys has a body: " + holder);
        }
        return holder.body();
    }

    private static Vote voteOf(OpRecord promised) {
        if (promised.vote() == null) {
            throw new IllegalStateException("a promise sets the vote: " + promised);
        }
        return promised.vote();
    }

    /** The shard it is a replica of. */
    public ShardId shard() {
        return membership.shard();
    }

    /** What it knows of its shard's epochs. */
    public EpochState epoch() {
        return epochs.state();
    }

    /** The records without a decision, by ascending id; for invariants and diagnosis. */
    public List<OpRecord> undecided() {
        return List.copyOf(undecided.values());
    }

    /** Whether there is a record of {@code id} without a decision. */
    public boolean isUndecided(Timestamp id) {
        return undecided.containsKey(id);
    }

    /** The record of {@code id}, if there is one without a decision. */
    public Optional<OpRecord> undecided(Timestamp id) {
        return Optional.ofNullable(undecided.get(id));
    }

    private final class Step {
        private final Address asker;
        private final List<Effect> effects = new ArrayList<>(4);

        Step(Address asker) {
            this.asker = asker;
        }

        void reply(IrMessage.Reply reply) {
            Envelope envelope = new Envelope(membership.shard(), membership.epoch(), new Address.Replica(self), reply);
            effects.add(new Effect.Send(asker, envelope));
        }
    }
}
