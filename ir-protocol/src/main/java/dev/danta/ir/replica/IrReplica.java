package dev.danta.ir.replica;

import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Acceptance;
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

/**
 * One replica of one shard: the table of protocol.md 2.1, row by row. Every answer is computed from the record of the
 * operation it is about, and what an answer vouches for is persisted in the same step.
 *
 * <p>Invariants: a vote and a decision are set once; {@code promised} never goes back; the undecided records in memory are
 * those of the store. {@link RecordTable} keeps the records, {@link ReplicaLog} the log; {@link CatchingUp} and
 * {@link ForgettingSteps} answer what protocol.md 7 asks of a replica.
 */
public final class IrReplica implements Machine<IrReplica.Input> {
    private final ReplicaId self;
    private Membership membership;
    private final Settings settings;
    private final Application application;
    private final ReplicaRules rules;
    private final EpochDesk epochs;
    private final RecordTable table;
    private final ReplicaLog log;
    private final CatchingUp catchingUp;
    private final ForgettingSteps forgetting;
    private final StateComparing comparing;

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
     * @param logEntriesMax how much the log keeps for a member that does not pull it; beyond that such a member has to
     *     compare its state instead
     * @param feedEntriesKept how many of its last entries the log keeps though all members have pulled them, for change feeds:
     *     low saves disk, high lets a slow or absent consumer go on where it was; none: feeds are for those who keep up with
     *     every pull
     * @param pages how much goes into one answer
     */
    public record Settings(long maxClockAheadMicros, long logEntriesMax, long feedEntriesKept, PageLimits pages) {
        /** Enough for some minutes under full load. */
        private static final long LOG_ENTRIES = 1_000_000;

        /** Some tens of megabytes of small changes. */
        public static final long FEED_ENTRIES = 100_000;

        public Settings {
            if (maxClockAheadMicros < 0 || logEntriesMax < 1) {
                throw new IllegalArgumentException("maxClockAhead must not be negative, and a log keeps something");
            }
            if (feedEntriesKept < 0 || feedEntriesKept > logEntriesMax) {
                throw new IllegalArgumentException(
                        "feeds have a part of the log, or nothing, not " + feedEntriesKept + " entries");
            }
        }

        /** With a log of the usual length. */
        public Settings(long maxClockAheadMicros) {
            this(maxClockAheadMicros, FEED_ENTRIES);
        }

        /** With a log of the usual length, and so much of it for feeds. */
        public Settings(long maxClockAheadMicros, long feedEntriesKept) {
            this(maxClockAheadMicros, Math.max(LOG_ENTRIES, feedEntriesKept), feedEntriesKept, PageLimits.DEFAULTS);
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
        this(self, first, settings, store, application, epochRules, ReplicaRules.PROTOCOL);
    }

    /** With rules that are the protocol's, or broken on purpose. */
    public IrReplica(
            ReplicaId self,
            Membership first,
            Settings settings,
            RecordStore store,
            Application application,
            EpochRules epochRules,
            ReplicaRules rules) {
        this.self = self;
        this.epochs = new EpochDesk(self, first, store, application, epochRules, settings.pages(), new Installation());
        this.membership = epochs.state().membership();
        Invariant.check(
                membership.hasMember(self) || !epochs.state().isServing(),
                "a replica is a member of its shard",
                self,
                membership);
        this.settings = settings;
        this.application = application;
        this.rules = rules;
        this.log = new ReplicaLog(store, this::membership, self, rules, settings, application);
        this.table = new RecordTable(store, application, log);
        this.catchingUp = new CatchingUp(self, this::membership, store, table, log, application, rules);
        this.comparing = new StateComparing(table, application, log);
        this.forgetting = new ForgettingSteps(first.shard(), store, table, application, rules, settings);
    }

    private Membership membership() {
        return membership;
    }

    @Override
    public List<Effect> handle(Input input, Moment now) {
        table.beginStep();
        if (input instanceof Input.Received received) {
            return onMessage(received.envelope(), now);
        }
        return table.takeUp();
    }

    private List<Effect> onMessage(Envelope envelope, Moment now) {
        if (!envelope.shard().equals(membership.shard())
                || !(envelope.message() instanceof IrMessage.Request request)) {
            return List.of();
        }
        Step step = new Step(envelope.from(), this::membership, self);
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
        } else {
            onUpkeep(step, request, now);
        }
        return step.effects();
    }

    private void onUpkeep(Step step, IrMessage.Request request, Moment now) {
        if (request instanceof IrMessage.Pull pull) {
            log.onPull(step, pull);
        } else if (request instanceof IrMessage.Absorb absorb) {
            catchingUp.onAbsorb(step, absorb);
        } else if (request instanceof IrMessage.SkipTo skip) {
            catchingUp.onSkipTo(step, skip);
        } else if (request instanceof IrMessage.Inspect inspect) {
            step.reply(new IrMessage.Inspected(
                    inspect.id(), table.watermarks(), now.wallMicros(), table.greatest(), catchingUp.cursors()));
        } else if (request instanceof IrMessage.Summarize summarize) {
            comparing.onSummarize(step, summarize);
        } else if (request instanceof IrMessage.Compare compare) {
            comparing.onCompare(step, compare);
        } else if (request instanceof IrMessage.Repair repair) {
            comparing.onRepair(step, repair);
        } else if (request instanceof IrMessage.Bar bar) {
            forgetting.onBar(step, bar.upTo(), now);
        } else if (request instanceof IrMessage.Collect collect) {
            forgetting.onCollect(step, collect);
        } else if (request instanceof IrMessage.Enter enter) {
            forgetting.onEnter(step, enter);
        } else if (request instanceof IrMessage.Resolve resolve) {
            forgetting.onResolve(step, resolve.upTo());
        } else if (request instanceof IrMessage.Forget forget) {
            forgetting.onForget(step, forget.upTo());
        } else if (request instanceof IrMessage.Sweep) {
            forgetting.onSweep(step);
        }
    }

    private void onEpochRequest(Step step, IrMessage.EpochRequest request) {
        List<Effect> changes = new ArrayList<>();
        IrMessage.Reply reply = epochs.on(request, changes);
        membership = epochs.state().membership();
        if (changes.stream().anyMatch(IrReplica::beginsLog)) {
            log.begin();
        }
        step.addAll(changes);
        if (reply != null) {
            step.reply(reply);
        }
    }

    private static boolean beginsLog(Effect effect) {
        return effect instanceof Effect.Persist persist && persist.mutation() instanceof StartLog;
    }

    private void onPropose(Step step, IrMessage.Propose propose, Moment now) {
        OpRecord known = table.known(propose.id());
        if (known == null && answeredByWatermark(step, propose, propose.id())) {
            return;
        }
        OpRecord before = known == null ? OpRecord.blank(propose.id()) : known;
        if (before.decision() != null) {
            step.reply(new IrMessage.Decided(before.id(), before.decision(), before.body()));
        } else if (before.vote() != null) {
            step.reply(new IrMessage.Voted(before.id(), before.vote()));
        } else if (rules.barsFirstVote(before.promised())) {
            vote(step, before.withBody(propose.body()), new Vote.No(Refusal.Barred.PROMISED));
        } else if (!rules.mayCastFirstVote(before.id(), table.watermarks())) {
            // Its client's clock is behind: the next id is to be above this.
            step.reply(new IrMessage.Marked(table.watermarks()));
            vote(step, before.withBody(propose.body()), new Vote.No(Refusal.Barred.WATERMARK));
        } else if (before.id().timeMicros() - settings.maxClockAheadMicros() > now.wallMicros()) {
            step.reply(new IrMessage.ClockRefused(before.id(), now.wallMicros()));
        } else {
            Vote vote = application.vote(membership.shard(), before.id(), propose.body());
            vote(step, before.withBody(propose.body()), vote);
            if (application.noticedBehind()) {
                step.add(new Effect.Tell(new Behind(membership.shard())));
            }
        }
    }

    private void vote(Step step, OpRecord before, Vote vote) {
        table.change(step.effects(), before, before.withVote(vote));
        step.reply(new IrMessage.Voted(before.id(), vote));
    }

    private void onFinalize(Step step, IrMessage.Finalize finalize) {
        OpRecord known = table.known(finalize.id());
        if (known == null && answeredByWatermark(step, finalize, finalize.id())) {
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
            OpRecord after = rules.withoutLaterVote(before.withBody(finalize.body()))
                    .withAccepted(new Acceptance(finalize.ballot(), finalize.result()));
            table.change(step.effects(), before, after);
            step.reply(new IrMessage.Accepted(before.id(), finalize.ballot()));
        }
    }

    private void onInquire(Step step, IrMessage.Inquire inquire) {
        OpRecord known = table.known(inquire.id());
        if (known == null && answeredByWatermark(step, inquire, inquire.id())) {
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
            OpRecord after = rules.withoutLaterVote(before).withPromised(inquire.ballot());
            table.change(step.effects(), before, after);
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
        OpRecord known = table.known(lookup.id());
        Timestamp deletedBelow = table.watermarks().deletedBelow();
        if (known == null && lookup.id().isAtOrBelow(deletedBelow)) {
            step.reply(new IrMessage.TooOld(lookup.id(), deletedBelow));
        } else if (known == null) {
            // Also below resolvedBelow: it was aborted only if this shard is one of its participants, which nobody
            // says.
            step.reply(new IrMessage.LookedUp(lookup.id(), List.of()));
        } else if (known.decision() != null) {
            step.reply(new IrMessage.Decided(known.id(), known.decision(), known.body()));
        } else {
            Body body = known.body();
            step.reply(new IrMessage.LookedUp(
                    known.id(), body == null ? List.of(membership.shard()) : body.participants()));
        }
    }

    private void onDecide(Step step, IrMessage.Decide decide) {
        OpRecord known = table.known(decide.id());
        if (known == null
                && rules.watermarksApplyTo(decide)
                && decide.id().isAtOrBelow(table.watermarks().deletedBelow())) {
            step.reply(new IrMessage.DecisionAcknowledged(decide.id()));
            return;
        }
        if (known == null && answeredByWatermark(step, decide, decide.id())) {
            return;
        }
        OpRecord before = (known == null ? OpRecord.blank(decide.id()) : known).withBody(decide.body());
        if (before.decision() != null) {
            Invariant.check(
                    before.decision().equals(decide.decision()), "an operation has one decision", before, decide, self);
            step.reply(new IrMessage.DecisionAcknowledged(before.id()));
        } else if (rules.lacksBody(before, decide.decision())) {
            step.reply(new IrMessage.BodyMissing(before.id()));
        } else {
            table.decide(step.effects(), before, decide.decision());
            step.reply(new IrMessage.DecisionAcknowledged(before.id()));
        }
    }

    private void onExecute(Step step, IrMessage.Execute execute, Moment now) {
        Application.Execution execution = application.execute(execute.id(), execute.op(), now);
        if (execution instanceof Application.Execution.Done done) {
            step.addAll(done.effects());
            if (!done.effects().isEmpty()) {
                log.append(step.effects(), new LogEntry.Done(execute.id(), execute.op()));
            }
            step.reply(new IrMessage.Executed(execute.id()));
        } else if (execution instanceof Application.Execution.Refused refused) {
            step.reply(new IrMessage.ExecuteRefused(execute.id(), refused.reason()));
        } else if (execution instanceof Application.Execution.TooFarAhead) {
            step.reply(new IrMessage.ExecuteClockRefused(execute.id(), now.wallMicros()));
        }
    }

    /** The first two rows of the table: nothing is recorded of {@code id}, but the watermarks say something. */
    private boolean answeredByWatermark(Step step, IrMessage.Request request, Timestamp id) {
        Watermarks watermarks = table.watermarks();
        if (!rules.watermarksApplyTo(request) || id.isAbove(watermarks.resolvedBelow())) {
            return false;
        }
        if (request instanceof IrMessage.Propose) {
            step.reply(new IrMessage.Marked(watermarks));
        }
        step.reply(
                id.isAtOrBelow(watermarks.deletedBelow())
                        ? new IrMessage.TooOld(id, watermarks.deletedBelow())
                        : new IrMessage.Decided(id, new Decision.Abort(), null));
        return true;
    }

    /** How an epoch change gets at records, holds and table.watermarks(). */
    private final class Installation implements EpochDesk.Replica {
        @Override
        public void learn(List<Effect> effects, KnownOp decided) {
            OpRecord known = table.known(decided.id());
            Decision decision = decided.decision();
            if (decision == null
                    || (known == null
                            && decided.id().isAtOrBelow(table.watermarks().deletedBelow()))
                    || (known != null && known.decision() != null)) {
                return;
            }
            OpRecord before = (known == null ? OpRecord.blank(decided.id()) : known).withBody(decided.body());
            table.decide(effects, before, decision);
        }

        @Override
        public void joined(List<Effect> effects, int first) {
            log.appendJoined(effects, first);
        }

        @Override
        public Map<Timestamp, OpRecord> undecided() {
            return table.undecidedNow();
        }

        @Override
        public void install(List<Effect> effects, OpRecord installed) {
            table.install(effects, installed);
        }

        @Override
        public void drop(List<Effect> effects, OpRecord dropped) {
            table.drop(effects, dropped);
        }

        @Override
        public void setWatermarks(List<Effect> effects, Watermarks newWatermarks) {
            table.set(effects, newWatermarks);
        }
    }

    /** What a promise tells of the vote: one that is unset is no OK. */
    private static Vote voteOf(OpRecord promised) {
        return promised.vote() == null ? new Vote.No(Refusal.Barred.PROMISED) : promised.vote();
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
        return List.copyOf(table.undecidedNow().values());
    }

    /** Whether there is a record of {@code id} without a decision. */
    public boolean isUndecided(Timestamp id) {
        return table.undecidedNow().containsKey(id);
    }

    /** The record of {@code id}, if there is one without a decision. */
    public Optional<OpRecord> undecided(Timestamp id) {
        return Optional.ofNullable(table.undecidedNow().get(id));
    }
}
