package dev.danta.txn.participant;

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
import dev.danta.ir.replica.LogView;
import dev.danta.ir.replica.StateComparison;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Holds;
import dev.danta.occ.Key;
import dev.danta.occ.ValidationRules;
import dev.danta.occ.Validator;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.occ.Write;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.KeyChange;
import dev.danta.txn.KeyChanges;
import dev.danta.txn.KeyStates;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.TxnRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gives IR's upcalls their meaning: Prepare is validation, a decision applies writes, a relaxed operation joins. */
public final class Participant implements Application {
    /** To fence what is forgotten, or to bring what was spent of it, changes nothing. */
    private static final Execution NOTHING_LEFT = new Execution.Done(List.of());

    private final VersionedStore versions;
    private final RelaxedStore relaxed;
    private final LogView log;
    private final Settings settings;
    private final ReadViewRules readRules;
    private final ValidationRules validationRules;
    private final StateRules stateRules;
    private final SpendRules spendRules;
    private final Allotments allotments;
    private final Holds holds;
    private boolean behind;

    /**
     * What an operator may choose.
     *
     * @param maxClockAheadMicros how far a stamp may be ahead of this replica's clock; liveness only: a low bound refuses
     *     clients with fast clocks, a high one lets them push everyone's clock ahead
     * @param pages how much goes into one answer
     */
    public record Settings(long maxClockAheadMicros, StatePages pages) {
        public Settings {
            if (maxClockAheadMicros < 0) {
                throw new IllegalArgumentException("maxClockAhead must not be negative");
            }
        }

        /** With answers of the usual size. */
        public Settings(long maxClockAheadMicros) {
            this(maxClockAheadMicros, StatePages.DEFAULTS);
        }
    }

    /** @param log the replica's own, which it reads only */
    public Participant(VersionedStore versions, RelaxedStore relaxed, LogView log, Settings settings) {
        this(
                versions,
                relaxed,
                log,
                settings,
                ReadViewRules.PROTOCOL,
                ValidationRules.PROTOCOL,
                StateRules.PROTOCOL,
                SpendRules.PROTOCOL);
    }

    /**
     * The same, with rules of its own for the answers to strict reads, for votes and holds, for comparing states, and for what
     * is spent of allotments.
     */
    public Participant(
            VersionedStore versions,
            RelaxedStore relaxed,
            LogView log,
            Settings settings,
            ReadViewRules readRules,
            ValidationRules validationRules,
            StateRules stateRules,
            SpendRules spendRules) {
        this.stateRules = stateRules;
        this.spendRules = spendRules;
        this.allotments = new Allotments(versions, spendRules);
        this.readRules = readRules;
        this.validationRules = validationRules;
        this.holds = new Holds(validationRules);
        this.versions = versions;
        this.relaxed = relaxed;
        this.log = log;
        this.settings = settings;
    }

    @Override
    public Vote vote(ShardId shard, Timestamp id, Body body) {
        if (!(body instanceof PrepareBody prepare)
                || !prepare.participants().contains(shard)
                || !isAboveAllReads(id, prepare.accesses())) {
            return new Vote.No(new TxnRefusal.Malformed());
        }
        Verdict verdict = verdict(id, prepare.accesses());
        if (verdict instanceof Verdict.Ok ok) {
            behind |= ok.behind();
            return new Vote.Ok(ok.timestamp());
        }
        if (verdict instanceof Verdict.Stale stale) {
            return new Vote.No(new TxnRefusal.StaleRead(stale.newest()));
        }
        return new Vote.No(new TxnRefusal.Conflict(((Verdict.Conflict) verdict).holder()));
    }

    private Verdict verdict(Timestamp id, AccessSet accesses) {
        return Validator.validate(id, accesses, versions, holds, versions.deletedBelow(), validationRules);
    }

    /**
     * The undecided transactions because of whose holds, and for no other reason, {@link #vote} would refuse; none if it
     * would not.
     */
    NavigableSet<Timestamp> inTheWay(Timestamp id, Body body) {
        if (!(body instanceof PrepareBody prepare) || holds.conflicting(id, prepare.accesses()) == null) {
            return new TreeSet<>();
        }
        boolean isConflict =
                isAboveAllReads(id, prepare.accesses()) && verdict(id, prepare.accesses()) instanceof Verdict.Conflict;
        return isConflict ? holds.allConflicting(id, prepare.accesses()) : new TreeSet<>();
    }

    /** Whether {@code id} holds keys here. */
    boolean isHolding(Timestamp id) {
        return holds.isHolder(id);
    }

    /** A transaction's id is above every version it has read (protocol.md 3); anything else is no transaction. */
    private static boolean isAboveAllReads(Timestamp id, AccessSet accesses) {
        return accesses.seen().stream().allMatch(read -> id.isAbove(read.seen()));
    }

    @Override
    public List<Effect> hold(Timestamp id, Body body) {
        if (!(body instanceof PrepareBody prepare)) {
            return List.of();
        }
        holds.hold(id, prepare.accesses());
        return holdChange(id, prepare.accesses(), true);
    }

    @Override
    public List<Effect> decide(Timestamp id, Decision decision, Body body) {
        if (!(body instanceof PrepareBody prepare)) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        if (decision instanceof Decision.Commit commit) {
            for (Write write : prepare.accesses().writes()) {
                Version version = new Version(commit.timestamp(), write.value());
                effects.add(new Effect.Persist(new PutVersion(write.key(), version)));
            }
        }
        effects.addAll(release(id));
        return effects;
    }

    @Override
    public List<Effect> release(Timestamp id) {
        AccessSet held = holds.release(id);
        return held == null ? List.of() : holdChange(id, held, false);
    }

    private static List<Effect> holdChange(Timestamp id, AccessSet accesses, boolean begins) {
        List<Key> written = accesses.writes().stream().map(Write::key).toList();
        return written.isEmpty() ? List.of() : List.of(new Effect.Tell(new HoldChange(id, written, begins)));
    }

    @Override
    public Execution execute(OpId id, InconsistentOp op, Moment now) {
        if (!(op instanceof RelaxedUpdate update)) {
            return new Execution.Refused("this operation is not known here");
        }
        long stampMicros = update.change().greatestStamp().timeMicros();
        if (stampMicros - settings.maxClockAheadMicros() > now.wallMicros()) {
            return new Execution.TooFarAhead();
        }
        RelaxedState before = relaxed.relaxed(update.key());
        String refusal = allotments.refusal(update, before);
        if (refusal != null) {
            return new Execution.Refused(refusal);
        }
        if (update.change() instanceof Spending && allotments.isForgotten(update.key())) {
            return NOTHING_LEFT;
        }
        Execution execution = join(update, before);
        // What others have already taken is taken all the same: see absorb.
        return outgrows(execution) ? new Execution.Refused(tooLarge(update, before)) : execution;
    }

    private static boolean outgrows(Execution execution) {
        return execution instanceof Execution.Done done
                && done.effects().stream()
                        .anyMatch(effect -> effect instanceof Effect.Persist persist
                                && persist.mutation() instanceof PutRelaxed put
                                && put.state().isTooLarge());
    }

    private static String tooLarge(RelaxedUpdate update, @Nullable RelaxedState before) {
        return "the " + update.change().typeName() + " under the key takes "
                + (before == null ? 0 : before.sizeBytes()) + " bytes, and may not take more than "
                + RelaxedState.SIZE_MAX;
    }

    @Override
    public Execution absorb(OpId id, InconsistentOp op, List<Effect> soFar) {
        if (!(op instanceof RelaxedUpdate update)) {
            return new Execution.Refused("this operation is not known here");
        }
        return update.change() instanceof Spending && allotments.isForgotten(update.key())
                ? NOTHING_LEFT
                : join(update, stateAfter(soFar, update.key()));
    }

    /** What the key holds when {@code soFar} is done. */
    private @Nullable RelaxedState stateAfter(List<Effect> soFar, Key key) {
        RelaxedState state = relaxed.relaxed(key);
        for (Effect effect : soFar) {
            if (effect instanceof Effect.Persist persist
                    && persist.mutation() instanceof PutRelaxed put
                    && put.key().equals(key)) {
                state = put.state();
            }
        }
        return state;
    }

    private Execution join(RelaxedUpdate update, @Nullable RelaxedState before) {
        RelaxedState change = update.change();
        String misplaced = Allotments.misplaced(update.key(), change);
        if (misplaced != null) {
            return new Execution.Refused(misplaced);
        }
        if (before == null) {
            return new Execution.Done(List.of(new Effect.Persist(new PutRelaxed(update.key(), change))));
        }
        if (!before.joins(change)) {
            return new Execution.Refused("the key holds a " + before.typeName() + ", not a " + change.typeName());
        }
        RelaxedState after = before.join(change);
        return new Execution.Done(
                after.equals(before) ? List.of() : List.of(new Effect.Persist(new PutRelaxed(update.key(), after))));
    }

    @Override
    public @Nullable Changes changes(List<Effect> effects, int first) {
        List<KeyChange> changes = new ArrayList<>(2);
        for (int i = first; i < effects.size(); i++) {
            if (effects.get(i) instanceof Effect.Persist persist) {
                if (persist.mutation() instanceof PutVersion put) {
                    boolean overtaken = isOvertaken(put, effects.subList(0, first));
                    changes.add(new KeyChange.Written(put.key(), put.version(), overtaken));
                } else if (persist.mutation() instanceof PutRelaxed put) {
                    changes.add(new KeyChange.Joined(put.key(), put.state()));
                }
            }
        }
        return changes.isEmpty() ? null : new KeyChanges(changes);
    }

    /** Whether the key has a version here that is newer, or gets one by {@code soFar}, which is not read back yet. */
    private boolean isOvertaken(PutVersion put, List<Effect> soFar) {
        Timestamp written = put.version().timestamp();
        return versions.newest(put.key()).timestamp().isAbove(written)
                || soFar.stream()
                        .anyMatch(effect -> effect instanceof Effect.Persist persist
                                && persist.mutation() instanceof PutVersion other
                                && other.key().equals(put.key())
                                && other.version().timestamp().isAbove(written));
    }

    @Override
    public boolean noticedBehind() {
        boolean noticed = behind;
        behind = false;
        return noticed;
    }

    @Override
    public List<Effect> forget(Body body, Timestamp deletedBelow) {
        if (!(body instanceof PrepareBody prepare)) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        for (Write write : prepare.accesses().writes()) {
            effects.add(new Effect.Persist(new PruneVersions(write.key(), deletedBelow)));
            for (Key closed : allotments.closedBy(write)) {
                if (relaxed.relaxed(closed) != null && allotments.isForgotten(closed)) {
                    effects.add(new Effect.Persist(new DropRelaxed(closed)));
                }
            }
        }
        return effects;
    }

    @Override
    public List<RangeHash> summarize(StateView view, Bytes after, Bytes upTo, int keysEach, int most) {
        return new StateHashes(versions, relaxed, stateRules, spendRules, settings.pages())
                .summarize(view, after, upTo, keysEach, most);
    }

    @Override
    public @Nullable StateComparison compare(StateView view, Bytes after, List<RangeHash> parts, boolean sends) {
        return new StateHashes(versions, relaxed, stateRules, spendRules, settings.pages())
                .compare(view, after, parts, sends);
    }

    @Override
    public List<Effect> join(StatePart part, Timestamp forgotten) {
        return part instanceof KeyStates states
                ? new StateExchange(versions, relaxed, stateRules, spendRules).join(states, forgotten)
                : List.of();
    }

    @Override
    public List<Effect> forgetBeside(StatePart part, List<StateReach> reaches) {
        return part instanceof KeyStates states
                ? new StateExchange(versions, relaxed, stateRules, spendRules).forgetBeside(states, reaches)
                : List.of();
    }

    @Override
    public Answer answer(Query query, Moment now) {
        return new ReadView(
                        versions,
                        relaxed,
                        log,
                        holds,
                        versions.deletedBelow(),
                        readRules,
                        spendRules,
                        settings.pages().rangeBytesMax())
                .answer(query, now);
    }

    /** The transactions that hold keys here, in the order in which they came; for invariants. */
    public List<Timestamp> holders() {
        return holds.holders();
    }
}
