package dev.danta.txn.recovery;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Timer;
import dev.danta.txn.coordinator.Outcome;
import dev.danta.txn.coordinator.ShardRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settles the transactions that a node's replicas report as overdue, one {@link Settlement} each: so many at once, and when
 * one is done the next of those that wait, without another sweep. A client that dies may leave any number, and a replica
 * that was away may have missed what became of them. To the replicas it talks to, its own node's among them, a settler is a
 * client like any other, with an id of its own.
 */
public final class Settler implements Machine<Settler.Input> {
    /** A replica sweeps up to half as late again; what two sweeps have not reported was settled by others. */
    private static final int SWEEPS_REMEMBERED = 3;
    /** Some ten seconds in vain, as where a shard has no quorum: then others may have its place. */
    private static final int TRIES_MAX = 9;

    private final ClientId self;
    private final Memberships memberships;
    private final RecoverySettings settings;
    private final QuorumRules quorums;
    private final Map<Timestamp, Task> tasks = new TreeMap<>();
    /** In the order in which they were reported first. */
    private final Map<Timestamp, Waiting> waiting = new LinkedHashMap<>();

    private int roundsUsed;

    /** What a settler is told. */
    public sealed interface Input {
        /** A replica reports a transaction; again and again until it is decided there. */
        record Reported(Overdue overdue) implements Input {}

        /** A message came. */
        record Received(Envelope envelope) implements Input {}

        /** A timer that this machine armed has fired; one that was cancelled may still come. */
        record TimerFired(Timer timer) implements Input {}
    }

    /** The next step of one settlement: another attempt if it was preempted, else what is unanswered once more. */
    record Again(Timestamp txn) implements Timer {}

    private static final class Task {
        private final Overdue overdue;
        private final Settlement settlement;
        private int tries;

        Task(Overdue overdue, Settlement settlement) {
            this.overdue = overdue;
            this.settlement = settlement;
        }
    }

    private record Waiting(Overdue overdue, long reportedNanos) {}

    /**
     * Begins with nothing to do.
     *
     * @param self random, of this process's life only: its ballots carry it
     * @param memberships of every shard of the cluster: a transaction may have participants anywhere
     */
    public Settler(ClientId self, Memberships memberships, RecoverySettings settings) {
        this(self, memberships, settings, QuorumRules.PROTOCOL);
    }

    /** The same, under rules that may be others than the protocol's. */
    public Settler(ClientId self, Memberships memberships, RecoverySettings settings, QuorumRules quorums) {
        this.self = self;
        this.memberships = memberships;
        this.settings = settings;
        this.quorums = quorums;
    }

    @Override
    public List<Effect> handle(Input input, Moment now) {
        if (input instanceof Input.Reported reported) {
            return onReported(reported.overdue(), now);
        }
        if (input instanceof Input.Received received) {
            return received.envelope().message() instanceof IrMessage.Reply reply
                    ? onReply(received.envelope(), reply, now)
                    : List.of();
        }
        return input instanceof Input.TimerFired fired && fired.timer() instanceof Again again
                ? onAgain(again, now)
                : List.of();
    }

    /** Transactions that are being settled. */
    public int underWay() {
        return tasks.size();
    }

    private List<Effect> onReported(Overdue overdue, Moment now) {
        if (tasks.containsKey(overdue.txn())) {
            return List.of();
        }
        if (tasks.size() < settings.settlementsMax()) {
            return begin(overdue);
        }
        if (waiting.containsKey(overdue.txn()) || waiting.size() < settings.waitingMax()) {
            waiting.put(overdue.txn(), new Waiting(overdue, now.monotonicNanos()));
        }
        return List.of();
    }

    private List<Effect> begin(Overdue overdue) {
        Task task = new Task(
                overdue,
                new Settlement(overdue.txn(), overdue.participants(), memberships::of, quorums, self, roundsUsed));
        tasks.put(overdue.txn(), task);
        List<Effect> effects = send(task.settlement.attempt());
        effects.add(armAgain(overdue.txn(), task));
        return effects;
    }

    /** The longest waiting takes the place of what is settled. */
    private List<Effect> beginNext(Moment now) {
        List<Effect> effects = new ArrayList<>();
        Iterator<Waiting> next = waiting.values().iterator();
        while (next.hasNext() && tasks.size() < settings.settlementsMax()) {
            Waiting first = next.next();
            next.remove();
            if (now.monotonicNanos() - first.reportedNanos() <= SWEEPS_REMEMBERED * settings.sweepEveryNanos()) {
                effects.addAll(begin(first.overdue()));
            }
        }
        return effects;
    }

    private List<Effect> onReply(Envelope envelope, IrMessage.Reply reply, Moment now) {
        if (reply instanceof IrMessage.WrongEpoch wrong) {
            return onWrongEpoch(wrong.current());
        }
        Timestamp txn = transactionOf(reply);
        if (txn == null || !(envelope.from() instanceof Address.Replica from)) {
            return List.of();
        }
        Task task = tasks.get(txn);
        if (task == null
                || !memberships.knows(envelope.shard())
                || !envelope.epoch().equals(memberships.of(envelope.shard()).epoch())) {
            return List.of();
        }
        List<Effect> effects = send(task.settlement.onReply(envelope.shard(), from.id(), reply));
        if (task.settlement.isSpread() || task.settlement.outcome() instanceof Outcome.Forgotten) {
            end(txn, task);
            effects.add(new Effect.Cancel(new Again(txn)));
            effects.addAll(beginNext(now));
        }
        return effects;
    }

    /** No quorum is counted over two epochs: what is being settled at that shard is attempted anew. */
    private List<Effect> onWrongEpoch(Membership now) {
        if (!memberships.learn(now)) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.Tell(new MembersChanged(now)));
        tasks.values().forEach(task -> effects.addAll(send(task.settlement.onMoved(now.shard()))));
        return effects;
    }

    private void end(Timestamp txn, Task task) {
        tasks.remove(txn);
        // Another replica may report it again: what answers this task, late, must not count for that one.
        roundsUsed = Math.max(roundsUsed, task.settlement.round());
    }

    private List<Effect> onAgain(Again timer, Moment now) {
        Task task = tasks.get(timer.txn());
        if (task == null) {
            return List.of();
        }
        task.tries++;
        if (task.tries >= TRIES_MAX && !waiting.isEmpty()) {
            end(timer.txn(), task);
            List<Effect> effects = beginNext(now);
            effects.addAll(onReported(task.overdue, now));
            return effects;
        }
        List<Effect> effects =
                send(task.settlement.isPreempted() ? task.settlement.attempt() : task.settlement.resend());
        effects.add(armAgain(timer.txn(), task));
        return effects;
    }

    private static @Nullable Timestamp transactionOf(IrMessage.Reply reply) {
        if (reply instanceof IrMessage.Promised promised) {
            return promised.id();
        }
        if (reply instanceof IrMessage.Accepted accepted) {
            return accepted.id();
        }
        if (reply instanceof IrMessage.Preempted preempted) {
            return preempted.id();
        }
        if (reply instanceof IrMessage.Decided decided) {
            return decided.id();
        }
        if (reply instanceof IrMessage.DecisionAcknowledged acknowledged) {
            return acknowledged.id();
        }
        if (reply instanceof IrMessage.BodyMissing missing) {
            return missing.id();
        }
        return reply instanceof IrMessage.TooOld tooOld ? tooOld.id() : null;
    }

    private List<Effect> send(List<ShardRequest> requests) {
        List<Effect> effects = new ArrayList<>();
        for (ShardRequest request : requests) {
            Envelope envelope = new Envelope(
                    request.shard(),
                    memberships.of(request.shard()).epoch(),
                    new Address.Client(self),
                    request.request());
            effects.add(new Effect.Send(new Address.Replica(request.to()), envelope));
        }
        return effects;
    }

    /** Ever more slowly, and apart from other settlers of the same transaction. */
    private Effect armAgain(Timestamp txn, Task task) {
        long base = settings.againNanos() << Math.min(task.tries, 5);
        return new Effect.Arm(new Again(txn), base, base);
    }
}
