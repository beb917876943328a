package dev.danta.ir.replica;

import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a replica does about changes of epoch (protocol.md 9). All of it is answers: a driver may ask anything, twice or too
 * late.
 *
 * <p>Invariants: the epoch never goes back; what an install says of undecided operations counts only from its activation on,
 * so that a sealed replica stays, to any later driver, what it was when it was sealed.
 */
final class EpochDesk {
    private final ReplicaId self;
    private final RecordStore store;
    private final Application application;
    private final EpochRules rules;
    private final StateReading reading;
    private final Replica replica;
    private final Filling filling = new Filling();
    private EpochState state;

    /** What it needs of the rest of the replica. */
    interface Replica {
        /** Applies an outcome, unless it is known already. */
        void learn(List<Effect> effects, KnownOp decided);

        /** Notes in the log what a peer's state has changed by the effects from {@code first} on. */
        void joined(List<Effect> effects, int first);

        /** The undecided records, by id. */
        Map<Timestamp, OpRecord> undecided();

        /** Puts an installed record in place of whatever is known, with the holds that follow from it. */
        void install(List<Effect> effects, OpRecord installed);

        /** An undecided operation of an earlier epoch is as if it had never been proposed here. */
        void drop(List<Effect> effects, OpRecord undecided);

        void setWatermarks(List<Effect> effects, Watermarks watermarks);
    }

    EpochDesk(
            ReplicaId self,
            Membership first,
            RecordStore store,
            Application application,
            EpochRules rules,
            PageLimits pages,
            Replica replica) {
        this.self = self;
        this.store = store;
        this.application = application;
        this.rules = rules;
        this.reading = new StateReading(store, application, pages);
        this.replica = replica;
        EpochState kept = store.epoch();
        this.state = kept != null ? kept : EpochState.serving(first);
    }

    EpochState state() {
        return state;
    }

    boolean mayAnswer() {
        return rules.mayAnswer(state);
    }

    private void become(List<Effect> effects, EpochState newState) {
        if (!newState.equals(state)) {
            state = newState;
            effects.add(new Effect.Persist(new PutEpoch(newState)));
        }
    }

    private long incarnation() {
        return store.logIncarnation().disk();
    }

    /** The reply, or null if there is none; its effects come first. */
    IrMessage.@Nullable Reply on(IrMessage.EpochRequest request, List<Effect> effects) {
        if (request instanceof IrMessage.Seal seal) {
            return onSeal(seal, effects);
        }
        if (request instanceof IrMessage.ReadOpen read) {
            return mayBeRead(read.epoch())
                    ? reading.open(read, replica.undecided().values(), isSealed())
                    : wrongEpoch();
        }
        if (request instanceof IrMessage.ReadRecords read) {
            return read.epoch().equals(state.membership().epoch()) ? reading.records(read) : wrongEpoch();
        }
        if (request instanceof IrMessage.ReadDecided read) {
            return mayBeRead(read.epoch()) ? reading.decided(read, isSealed()) : wrongEpoch();
        }
        if (request instanceof IrMessage.CompareState compare) {
            return mayBeRead(compare.epoch()) ? reading.compare(compare) : wrongEpoch();
        }
        if (request instanceof IrMessage.ListDecided list) {
            return onStep(list.incarnation(), list.id(), list.fill(), list.number(), () -> reading.list(list));
        }
        if (request instanceof IrMessage.HashState hash) {
            return onStep(hash.incarnation(), hash.view().id(), hash.fill(), hash.number(), () -> reading.hash(hash));
        }
        if (request instanceof IrMessage.TakeState take) {
            return onStep(take.incarnation(), take.id(), take.fill(), take.number(), () -> onTakeState(take, effects));
        }
        if (request instanceof IrMessage.InstallEnd end) {
            return onInstallEnd(end, effects);
        }
        return onActivate((IrMessage.Activate) request, effects);
    }

    /** What a member of the past has may be drained in any later epoch: it does not change any more. */
    private boolean mayBeRead(Epoch epoch) {
        int later = epoch.compareTo(state.membership().epoch());
        return later == 0 || (later > 0 && state.standing() == EpochState.Standing.REMOVED);
    }

    IrMessage.WrongEpoch wrongEpoch() {
        return new IrMessage.WrongEpoch(state.membership());
    }

    private IrMessage.Reply onSeal(IrMessage.Seal seal, List<Effect> effects) {
        boolean isMember =
                state.standing() == EpochState.Standing.MEMBER || state.standing() == EpochState.Standing.SEALED;
        if (!isMember || !seal.epoch().equals(state.membership().epoch())) {
            return wrongEpoch();
        }
        become(effects, state.withStanding(EpochState.Standing.SEALED));
        return new IrMessage.Sealed(seal.epoch(), seal.attempt(), incarnation());
    }

    private boolean isSealed() {
        return state.standing() == EpochState.Standing.SEALED;
    }

    /** A step of a transfer to this replica: who waits takes those of one transfer only, in order. */
    private IrMessage.@Nullable Reply onStep(
            long meant, OpId id, OpId fill, long number, Supplier<IrMessage.Reply> step) {
        if (meant != incarnation()) {
            return null;
        }
        return isFilled() && !filling.takes(fill, number) ? new IrMessage.StateTaken(id, false) : step.get();
    }

    private IrMessage.Reply onTakeState(IrMessage.TakeState take, List<Effect> effects) {
        Timestamp forgotten = forgottenWithInstall();
        for (KnownOp decided : take.decided()) {
            if (decided.decision() != null
                    && decided.id().isAbove(forgotten)
                    && !(decided.decision() instanceof Decision.Commit && decided.body() == null)) {
                replica.learn(effects, decided);
            }
        }
        if (take.part() != null) {
            int first = effects.size();
            effects.addAll(application.join(take.part(), forgotten));
            // Whoever waits begins its log with the epoch that it waits for.
            if (!isFilled()) {
                replica.joined(effects, first);
            }
            // Whoever serves has its own watermark, and nothing that is forgotten elsewhere.
            if (!state.isServing()) {
                effects.addAll(application.forgetBeside(take.part(), take.reaches()));
            }
        }
        return new IrMessage.StateTaken(take.id(), true);
    }

    /**
     * Up to where a waiting replica that has an install has all that there is: whatever is brought once more, and is not here,
     * was read before it was deleted and forgotten. Until its epoch has begun its own watermark does not say so, and whoever
     * forgets does not wait for who is no member yet.
     */
    private Timestamp forgottenWithInstall() {
        Install pending = state.pending();
        return isFilled() && pending != null ? pending.watermarks().deletedBelow() : Timestamp.ZERO;
    }

    /** Whether it depends on what it is sent, step after step: a member has a state and watermarks of its own. */
    private boolean isFilled() {
        return state.standing() == EpochState.Standing.OUTSIDE;
    }

    private IrMessage.@Nullable Reply onInstallEnd(IrMessage.InstallEnd end, List<Effect> effects) {
        Install install = end.install();
        if (end.incarnation() != incarnation()
                || !install.next().shard().equals(state.membership().shard())
                || !install.next().hasMember(self)
                || install.merged().stream().anyMatch(EpochDesk::lacksBody)) {
            return null;
        }
        if (!rules.mayInstall(state, install)) {
            return wrongEpoch();
        }
        if (isFilled() && !filling.isWhole(end)) {
            return new IrMessage.StateTaken(end.fill(), false);
        }
        // Whoever takes an install for the next epoch has nothing more to say in this one.
        boolean ends = state.standing() == EpochState.Standing.MEMBER;
        become(effects, (ends ? state.withStanding(EpochState.Standing.SEALED) : state).withPending(install));
        return new IrMessage.Installed(install.next().epoch(), install.attempt());
    }

    /** No merge comes to such a record. */
    private static boolean lacksBody(OpRecord merged) {
        return merged.body() == null && (merged.holds() || merged.decision() instanceof Decision.Commit);
    }

    private IrMessage.Reply onActivate(IrMessage.Activate activate, List<Effect> effects) {
        Membership next = activate.next();
        int order = next.epoch().compareTo(state.membership().epoch());
        boolean isNews = order > 0 || (order == 0 && state.standing() == EpochState.Standing.OUTSIDE);
        if (next.shard().equals(state.membership().shard())
                && isNews
                && state.standing() != EpochState.Standing.REMOVED) {
            enter(next, activate.attempt(), effects);
        }
        return new IrMessage.Activated(
                state.membership().epoch(),
                state.isServing() && state.membership().equals(next),
                incarnation());
    }

    private void enter(Membership next, long attempt, List<Effect> effects) {
        Install install = state.pending();
        if (!next.hasMember(self)) {
            boolean wasMember = state.standing() != EpochState.Standing.OUTSIDE;
            // News of an earlier epoch may come late: an install that was acknowledged for a later one stays.
            boolean isForLater = install != null && install.next().epoch().compareTo(next.epoch()) > 0;
            become(
                    effects,
                    wasMember
                            ? new EpochState(next, EpochState.Standing.REMOVED, null)
                            : new EpochState(next, EpochState.Standing.OUTSIDE, isForLater ? install : null));
        } else if (install != null && rules.isActivated(install, next, attempt)) {
            take(install, effects);
            become(effects, EpochState.serving(next));
        } else {
            become(effects, new EpochState(next, EpochState.Standing.OUTSIDE, state.pending()));
        }
    }

    /** Its undecided records and resolvedBelow become the install's; all else is joined. */
    private void take(Install install, List<Effect> effects) {
        TreeMap<Timestamp, OpRecord> left = new TreeMap<>(replica.undecided());
        install.merged().forEach(merged -> left.remove(merged.id()));
        left.values().forEach(undecided -> replica.drop(effects, undecided));
        for (OpRecord merged : install.merged()) {
            if (merged.decision() != null) {
                replica.learn(effects, new KnownOp(merged.id(), merged.decision(), merged.body()));
            } else {
                replica.install(effects, merged);
            }
        }
        Watermarks own = store.watermarks();
        Timestamp deleted =
                Timestamp.max(own.deletedBelow(), install.watermarks().deletedBelow());
        Timestamp resolved = Timestamp.max(deleted, install.watermarks().resolvedBelow());
        Timestamp barred = Timestamp.max(
                Timestamp.max(own.noFirstVoteBelow(), install.watermarks().noFirstVoteBelow()), resolved);
        replica.setWatermarks(effects, new Watermarks(barred, resolved, deleted));
        effects.add(new Effect.Persist(new StartLog(install.next().epoch())));
    }
}
