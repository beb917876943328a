package dev.danta.sim;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.Application;
import dev.danta.ir.replica.Behind;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.runtime.Transport;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Holds;
import dev.danta.occ.Write;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.fault.Fault;
import dev.danta.sim.invariant.ReplicaWatch;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.participant.HoldChange;
import dev.danta.txn.participant.Participant;
import dev.danta.txn.participant.ReadView;
import dev.danta.txn.participant.WaitingProposals;
import dev.danta.txn.recovery.Overdue;
import dev.danta.txn.recovery.SweepingReplica;
import java.util.ArrayList;
import java.util.List;

/**
 * One replica in one process life, as a node runs it: what has come in is handled as one batch, the batch is synced, and
 * only then its answers leave. Reads may be answered beside that, from what is durable.
 */
final class SimReplica {
    private final SimNode node;
    private final SimNode.World world;
    private final Membership membership;
    private final ReplicaWatch watch;
    private final Transport transport;
    private final Participant participant;
    private final Driver<SweepingReplica.Input> driver;
    private final String name;
    private final List<SweepingReplica.Input> inbox = new ArrayList<>();
    private final Holds writeHolds = new Holds();
    private boolean busy;
    /** Something was handled whose release waits for more to join it. */
    private boolean heldBack;

    /** What is held back has waited long enough. */
    private boolean overdue;

    private boolean dead;

    SimReplica(SimNode node, SimNode.World world, Membership membership, ReplicaWatch watch, Transport transport) {
        this.node = node;
        this.world = world;
        this.membership = membership;
        this.watch = watch;
        this.transport = transport;
        this.name = node.id() + "/" + membership.shard();
        SimDisk disk = watch.disk();
        long ahead = world.temper().maxClockAheadMicros();
        this.participant = new Participant(
                disk,
                disk,
                disk,
                new Participant.Settings(ahead, world.temper().answers().statePages()),
                world.parts().readViewRules(),
                world.parts().validationRules(),
                world.parts().stateRules(),
                world.parts().spendRules());
        Application application = world.parts().application(node.id(), participant, disk);
        IrReplica genuine = new IrReplica(
                node.id(),
                membership,
                new IrReplica.Settings(
                        ahead,
                        world.temper().logEntriesMax(),
                        Math.min(
                                world.temper().feedEntriesKept(), world.temper().logEntriesMax()),
                        world.temper().answers().pages()),
                world.parts().records(node.id(), disk),
                application,
                world.parts().epochRules(),
                world.parts().replicaRules());
        SweepingReplica sweeping = new SweepingReplica(
                genuine,
                world.temper().recovery(),
                new WaitingProposals(
                        participant, world.temper().waiting(), world.parts().waitingRules()));
        Machine<SweepingReplica.Input> machine = world.parts().replica(node.id(), sweeping, disk);
        Driver.Ports ports = new Driver.Ports(
                node.clock(),
                node.mortal(world.parts().storage(node.id(), disk)),
                new Watched(),
                new SimTimers(node.clock(), world.settling(), this::later, this::onTimer),
                bound -> world.settling().between(0, bound),
                this::onReport);
        this.driver = new Driver<>(machine, ports, this::onStep);
    }

    /** Looks at every message that leaves. */
    private final class Watched implements Transport {
        @Override
        public void send(Address to, Envelope envelope) {
            watch.onSends(envelope);
            if (envelope.message() instanceof IrMessage.Voted voted && voted.vote() instanceof Vote.No no) {
                world.coverage().count("refusal " + kindOf(no.refusal()));
            }
            if (envelope.message() instanceof IrMessage.Decided decided && watch.isUnknown(decided.id())) {
                world.coverage().count("answer unknown, so aborted");
            }
            if (envelope.message() instanceof IrMessage.Answered answered) {
                world.coverage().count(answerKind(answered));
            }
            if (hasMoreToCome(envelope.message())) {
                world.coverage().count("page " + envelope.message().getClass().getSimpleName());
            }
            transport.send(to, envelope);
        }

        private static boolean hasMoreToCome(IrMessage message) {
            return (message instanceof IrMessage.Pulled pulled && pulled.more())
                    || (message instanceof IrMessage.Collected collected && collected.next() != null)
                    || (message instanceof IrMessage.Swept swept && swept.more());
        }

        private static String kindOf(Refusal refusal) {
            return refusal instanceof Refusal.Barred barred
                    ? barred.name()
                    : refusal.getClass().getSimpleName();
        }

        @Override
        public void flush() {
            transport.flush();
        }
    }

    void start() {
        driver.run(List.of(new SweepingReplica.Input.Started()));
    }

    void die() {
        dead = true;
    }

    private void countWaiting(SweepingReplica.Input input, List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Arm arm && arm.timer() instanceof WaitingProposals.PatienceOver) {
                world.coverage().count("replica lets a proposal wait");
            } else if (effect instanceof Effect.Arm arm && arm.timer() instanceof WaitingProposals.Wake) {
                world.coverage().count("replica wakes proposals");
            }
        }
        if (input instanceof SweepingReplica.Input.TimerFired fired
                && fired.timer() instanceof WaitingProposals.PatienceOver
                && !effects.isEmpty()) {
            world.coverage().count("replica refuses who waited too long");
        }
    }

    private void onStep(SweepingReplica.Input input, Moment now, List<Effect> effects) {
        world.trace().step(name, input, effects);
        countWaiting(input, effects);
        List<Timestamp> holders = participant.holders();
        watch.onHolders(holders);
    }

    private void onReport(Report report) {
        if (report instanceof HoldChange change) {
            if (change.begins()) {
                List<Write> written = change.written().stream()
                        .map(key -> new Write(key, null))
                        .toList();
                writeHolds.hold(change.holder(), new AccessSet(List.of(), written));
            } else {
                writeHolds.release(change.holder());
            }
        } else if (report instanceof Overdue late) {
            world.coverage().count("replica reports overdue");
            node.report(late);
        } else if (report instanceof Behind behind) {
            world.coverage().count("replica is behind");
            node.noticed(behind.shard());
        }
    }

    void arrive(Envelope envelope) {
        if (world.temper().readsBesideThread() && envelope.message() instanceof IrMessage.Ask ask) {
            answerBeside(envelope, ask);
        } else {
            inbox.add(new SweepingReplica.Input.Received(envelope));
            wake();
        }
    }

    private void onTimer(Timer timer) {
        inbox.add(new SweepingReplica.Input.TimerFired(timer));
        wake();
    }

    private void answerBeside(Envelope envelope, IrMessage.Ask ask) {
        SimDisk.Image image = watch.disk().durable();
        EpochState epoch = image.recordStore().epoch();
        EpochState state = epoch != null ? epoch : EpochState.serving(membership);
        boolean isOfThisEpoch = envelope.epoch().equals(state.membership().epoch());
        if (isOfThisEpoch && !world.parts().epochRules().mayAnswer(state)) {
            return;
        }
        if (!isOfThisEpoch) {
            IrMessage wrong = new IrMessage.WrongEpoch(state.membership());
            world.trace().message(name, wrong);
            sendBeside(envelope.from(), state, wrong);
            return;
        }
        ReadView view = new ReadView(
                image,
                image,
                image.recordStore(),
                writeHolds,
                image.deletedBelow(),
                world.parts().readViewRules(),
                world.parts().spendRules(),
                world.temper().answers().statePages().rangeBytesMax());
        IrMessage.Answered answer = new IrMessage.Answered(
                ask.id(), view.answer(ask.query(), node.clock().now()));
        if (ask.query() instanceof ReadQuery.Feed feed && isHeldBack(feed, answer)) {
            world.coverage().count("answer Feed held back");
            ReadQuery.Feed late = new ReadQuery.Feed(feed.after(), feed.keys(), feed.limit(), 0);
            later(
                    world.settling().between(0, feed.holdMillis() * 1_000_000L),
                    () -> answerBeside(envelope, new IrMessage.Ask(ask.id(), late)));
            return;
        }
        world.trace().message(name, answer);
        world.coverage().count(answerKind(answer));
        sendBeside(envelope.from(), state, answer);
    }

    /** Some that say that nothing is new; what is said later is what is true then. */
    private boolean isHeldBack(ReadQuery.Feed asked, IrMessage.Answered answer) {
        return asked.holdMillis() > 0
                && answer.answer() instanceof ReadAnswer.Feed page
                && page.changes().isEmpty()
                && !page.more()
                && world.settling().between(0, 1) == 0;
    }

    private void sendBeside(Address to, EpochState state, IrMessage message) {
        Address self = new Address.Replica(node.id());
        transport.send(to, new Envelope(membership.shard(), state.membership().epoch(), self, message));
        transport.flush();
    }

    private static String answerKind(IrMessage.Answered answered) {
        boolean held = answered.answer() instanceof ReadAnswer.KeyRead keyRead && keyRead.writer() != null;
        return "answer " + answered.answer().getClass().getSimpleName() + (held ? " held" : "");
    }

    private void wake() {
        if (!busy && !inbox.isEmpty()) {
            busy = true;
            later(node.wakeNanos(), this::drain);
        }
    }

    /** Does {@code action} after {@code nanos} unless this process is dead then; it waits for the end of a pause. */
    private void later(long nanos, Runnable action) {
        world.events().after(nanos, () -> {
            if (!dead) {
                node.whenRunning(() -> {
                    if (!dead) {
                        action.run();
                    }
                });
            }
        });
    }

    private void drain() {
        List<SweepingReplica.Input> taken =
                inbox.subList(0, Math.min(inbox.size(), world.temper().batchMax()));
        List<SweepingReplica.Input> batch = List.copyOf(taken);
        taken.clear();
        driver.handle(batch);
        boolean nobodyWaits = batch.stream().allMatch(SimReplica::isDecision);
        if (nobodyWaits && world.temper().holdBackNanos() > 0 && !overdue) {
            busy = false;
            holdBack();
            wake();
        } else {
            sync();
        }
    }

    private static boolean isDecision(SweepingReplica.Input input) {
        return input instanceof SweepingReplica.Input.Received received
                && received.envelope().message() instanceof IrMessage.Decide;
    }

    /** Nobody waits for the acknowledgement of a decision: the next batch may share its sync. */
    private void holdBack() {
        if (heldBack) {
            world.coverage().count("replica joined batches");
            return;
        }
        heldBack = true;
        later(world.temper().holdBackNanos(), () -> {
            overdue = heldBack;
            if (heldBack && !busy) {
                busy = true;
                sync();
            }
        });
    }

    private void sync() {
        heldBack = false;
        overdue = false;
        if (!watch.disk().hasOpenChanges()) {
            finish();
            return;
        }
        if (node.diesAt(Fault.CrashMoment.BEFORE_COMMIT)) {
            node.crash();
            return;
        }
        long takes = node.syncNanos();
        if (node.diesAt(Fault.CrashMoment.IN_SYNC)) {
            world.events().after(node.random().between(0, takes), () -> unlessDead(node::crash));
        } else if (node.diesAt(Fault.CrashMoment.TORN_COMMIT)) {
            world.events()
                    .after(node.random().between(0, takes), () -> unlessDead(() -> node.crashInCommit(watch.disk())));
        }
        later(takes, this::finish);
    }

    private void unlessDead(Runnable action) {
        if (!dead) {
            action.run();
        }
    }

    private void finish() {
        if (node.diesAt(Fault.CrashMoment.BEFORE_SEND) && watch.disk().hasOpenChanges()) {
            watch.disk().commit();
            node.crash();
            return;
        }
        driver.release();
        busy = false;
        wake();
    }
}
