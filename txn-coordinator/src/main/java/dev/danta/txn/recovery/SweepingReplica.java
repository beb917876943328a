package dev.danta.txn.recovery;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Timer;
import dev.danta.txn.participant.WaitingProposals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A replica that notices when a coordinator is gone: it answers requests ({@link IrReplica}), and looks from time to time
 * for transactions that have been undecided here for longer than {@code recoveryAfter} (protocol.md 6), at once where one is
 * in another's way. Proposals may wait before it for a while ({@link WaitingProposals}). It tells its process, which runs a {@link Settler}; the time only decides when somebody looks, ballots decide what comes of it.
 */
public final class SweepingReplica implements Machine<SweepingReplica.Input> {
    private final IrReplica replica;
    private final RecoverySettings settings;
    private final WaitingProposals waiting;
    private final Map<Timestamp, Long> undecidedSince = new TreeMap<>();
    private final Set<Timestamp> reportedInTheWay = new TreeSet<>();
    private boolean somethingIsUrgent;

    /** What a replica is told. */
    public sealed interface Input {
        /** At the start, once and first: take up what the store holds. */
        record Started() implements Input {}

        /** A message came. */
        record Received(Envelope envelope) implements Input {}

        /** A timer that this machine armed has fired. */
        record TimerFired(Timer timer) implements Input {}
    }

    /** The next look at what is undecided. */
    record Sweep() implements Timer {}

    public SweepingReplica(IrReplica replica, RecoverySettings settings, WaitingProposals waiting) {
        this.replica = replica;
        this.settings = settings;
        this.waiting = waiting;
    }

    @Override
    public List<Effect> handle(Input input, Moment now) {
        if (input instanceof Input.Received received) {
            return withWoken(onReceived(received.envelope(), now));
        }
        if (input instanceof Input.TimerFired fired) {
            return withWoken(onTimer(fired.timer(), now));
        }
        List<Effect> effects = new ArrayList<>(replica.handle(new IrReplica.Input.Started(), now));
        effects.add(armSweep());
        return effects;
    }

    private List<Effect> onTimer(Timer timer, Moment now) {
        if (timer instanceof Sweep) {
            return onSweep(now);
        }
        List<Effect> effects = new ArrayList<>();
        if (timer instanceof WaitingProposals.Wake) {
            waiting.takeWoken().forEach(woken -> effects.addAll(onWoken(woken, now)));
        } else if (timer instanceof WaitingProposals.PatienceOver over) {
            waiting.takeImpatient(over.txn())
                    .forEach(impatient -> effects.addAll(give(waiting.afterWaiting(impatient), now)));
        }
        return effects;
    }

    private List<Effect> onReceived(Envelope envelope, Moment now) {
        if (!(envelope.message() instanceof IrMessage.Propose propose) || replica.isUndecided(propose.id())) {
            return give(envelope, now);
        }
        NavigableSet<Timestamp> inTheWay = waiting.inTheWay(propose);
        List<Effect> effects = new ArrayList<>(overdue(inTheWay, now));
        effects.addAll(
                waiting.mayWait(propose.id(), inTheWay)
                        ? waiting.keep(envelope, propose.id(), inTheWay)
                        : give(envelope, now));
        return effects;
    }

    private List<Effect> onWoken(Envelope woken, Moment now) {
        if (woken.message() instanceof IrMessage.Propose propose && !replica.isUndecided(propose.id())) {
            NavigableSet<Timestamp> inTheWay = waiting.inTheWay(propose);
            if (waiting.mayWait(propose.id(), inTheWay)) {
                return waiting.keepAgain(woken, propose.id(), inTheWay);
            }
        }
        return give(waiting.afterWaiting(woken), now);
    }

    private List<Effect> give(Envelope envelope, Moment now) {
        return replica.handle(new IrReplica.Input.Received(envelope), now);
    }

    private List<Effect> withWoken(List<Effect> effects) {
        List<Effect> wake = waiting.afterStep();
        if (wake.isEmpty()) {
            return effects;
        }
        somethingIsUrgent = true;
        List<Effect> all = new ArrayList<>(effects);
        all.addAll(wake);
        return all;
    }

    /** Whether, since this was asked last, something has happened whose effects somebody waits for. */
    public boolean takeUrgency() {
        boolean urgent = somethingIsUrgent;
        somethingIsUrgent = false;
        return urgent;
    }

    /** Whoever has held keys for long and is in somebody's way is reported at once, and not again before the next sweep. */
    private List<Effect> overdue(NavigableSet<Timestamp> inTheWay, Moment now) {
        List<Effect> effects = new ArrayList<>();
        for (Timestamp holder : inTheWay) {
            Long since = undecidedSince.get(holder);
            if (since != null
                    && now.monotonicNanos() - since >= settings.recoveryAfterNanos()
                    && reportedInTheWay.size() < settings.reportsMax()
                    && reportedInTheWay.add(holder)) {
                replica.undecided(holder).ifPresent(open -> effects.add(new Effect.Tell(overdue(open))));
            }
        }
        return effects;
    }

    /** Where only a promise is known, whoever knows more will name the other participants. */
    private Overdue overdue(OpRecord open) {
        Body body = open.body();
        return new Overdue(open.id(), body == null ? List.of(replica.shard()) : body.participants());
    }

    private List<Effect> onSweep(Moment now) {
        Map<Timestamp, Long> before = new TreeMap<>(undecidedSince);
        undecidedSince.clear();
        reportedInTheWay.clear();
        List<Effect> effects = new ArrayList<>();
        int told = 0;
        List<OpRecord> waiting = replica.epoch().isServing() ? replica.undecided() : List.of();
        for (OpRecord open : waiting) {
            long since = before.getOrDefault(open.id(), now.monotonicNanos());
            undecidedSince.put(open.id(), since);
            boolean overdue = now.monotonicNanos() - since >= settings.recoveryAfterNanos();
            if (overdue && told < settings.reportsMax()) {
                told++;
                effects.add(new Effect.Tell(overdue(open)));
            }
        }
        effects.add(armSweep());
        return effects;
    }

    private Effect armSweep() {
        return new Effect.Arm(new Sweep(), settings.sweepEveryNanos(), settings.sweepEveryNanos() / 2);
    }

    /** The records without a decision, by ascending id; for invariants and diagnosis. */
    public List<OpRecord> undecided() {
        return replica.undecided();
    }

    /** What the replica knows of its shard's epochs. */
    public EpochState epoch() {
        return replica.epoch();
    }
}
