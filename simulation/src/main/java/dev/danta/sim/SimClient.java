package dev.danta.sim;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Scheduler;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.runtime.Transport;
import dev.danta.occ.Key;
import dev.danta.sim.invariant.Invariants;
import dev.danta.sim.kernel.Coverage;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.sim.kernel.SimClock;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.net.SimNetwork;
import dev.danta.sim.trace.Trace;
import dev.danta.sim.workload.Caller;
import dev.danta.txn.KeyChange;
import dev.danta.txn.client.AllotmentEvent;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.Finished;
import dev.danta.txn.client.SpendManner;
import dev.danta.txn.client.TxnClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client: the genuine machine in the genuine driver, with a clock of its own. One that dies never comes back. */
final class SimClient implements Caller, SimNetwork.Party {
    /** What a history makes of a call whose client died. */
    private static final CallOutcome NEVER_ANSWERED =
            new CallOutcome.Unknown(Timestamp.ZERO, List.of(), new TreeMap<>());

    /** A timer that was cancelled may still come, if it was on its way. */
    private static final double CANCELLED_COMES_ANYWAY = 0.02;

    private static final int PROPOSALS_REMEMBERED = 8;

    private final ClientId id;
    private final World world;
    private final SimClock clock;
    private final Driver<TxnClient.Input> driver;
    private final Transport transport;
    private final Set<ReplicaId> connected = new TreeSet<>();
    private final Map<Long, Consumer<CallOutcome>> waiting = new TreeMap<>();
    private final Map<Long, ClientCall.Spend> laxSpends = new TreeMap<>();
    /** What was refused because nothing was held for it. */
    private final Set<Wish> notHeld = new LinkedHashSet<>();

    private final List<TxnClient.Input> parked = new ArrayList<>();
    private final ArrayDeque<Timestamp> proposed = new ArrayDeque<>();
    private long pausedUntilNanos;
    private long calls;
    /** The call that is being taken on; -1 at any other time. */
    private long callingNow = -1;

    private long sendsLeft;
    private boolean dead;
    private Runnable lastSend = () -> {};

    /** So much is wanted of a counter. */
    private record Wish(Key counter, long amount) {}

    /**
     * What all clients of a run share.
     *
     * @param isCaching whether their users begin with what they remember
     * @param replicas of each shard, at first
     */
    record World(
            EventQueue events,
            SimRandom random,
            Trace trace,
            Coverage coverage,
            Invariants invariants,
            SimParts parts,
            boolean isCaching,
            int replicas) {}

    SimClient(ClientId id, TxnClient genuine, World world, SimClock clock, Transport transport) {
        this.id = id;
        this.world = world;
        this.clock = clock;
        this.transport = transport;
        Machine<TxnClient.Input> machine = world.parts().client(id, genuine);
        Driver.Ports ports = new Driver.Ports(
                clock,
                Storage.NONE,
                new Connections(),
                new Timers(),
                bound -> world.random().between(0, bound),
                this::onReport);
        this.driver = new Driver<>(machine, ports, this::onStep);
    }

    ClientId id() {
        return id;
    }

    SimClock clock() {
        return clock;
    }

    Address address() {
        return new Address.Client(id);
    }

    private void give(List<TxnClient.Input> inputs) {
        if (dead) {
            return;
        }
        if (pausedUntilNanos > world.events().nowNanos()) {
            parked.addAll(inputs);
        } else {
            driver.run(inputs);
        }
    }

    private void give(TxnClient.Input input) {
        give(List.of(input));
    }

    /** The process stands still: what comes in meanwhile is handled when it goes on. */
    void pause(long nanos) {
        pausedUntilNanos = Math.max(pausedUntilNanos, world.events().nowNanos() + nanos);
        world.events().after(nanos, this::goOn);
    }

    private void goOn() {
        long nowNanos = world.events().nowNanos();
        if (!dead && pausedUntilNanos <= nowNanos && !parked.isEmpty()) {
            world.invariants().onPauseEnds(id, nowNanos);
            List<TxnClient.Input> inputs = List.copyOf(parked);
            parked.clear();
            driver.run(inputs);
        }
    }

    /** Dies when it has sent so many messages more. */
    void dieAfter(int sends, Runnable dying) {
        sendsLeft = sends;
        lastSend = dying;
    }

    /** Dies at once; what it was asked and has not answered may have been done or not. */
    void die() {
        dead = true;
        parked.clear();
        List<Consumer<CallOutcome>> unanswered = List.copyOf(waiting.values());
        waiting.clear();
        unanswered.forEach(then -> then.accept(NEVER_ANSWERED));
    }

    @Override
    public long life() {
        return dead ? 1 : 0;
    }

    @Override
    public boolean isAlive() {
        return !dead;
    }

    /** No pause is under way any more, and no death. */
    void heal() {
        sendsLeft = 0;
        pausedUntilNanos = 0;
        goOn();
    }

    private void onStep(TxnClient.Input input, Moment now, List<Effect> effects) {
        world.trace().step(name(), input, effects);
        long nowNanos = world.events().nowNanos();
        long latest = input instanceof TxnClient.Input.Called called
                ? nowNanos + clock.worldNanos(called.deadlineNanos())
                : nowNanos;
        world.invariants().onClientStep(id, input, effects, nowNanos, latest);
    }

    String name() {
        return "c" + id.low();
    }

    private void remember(Timestamp id) {
        if (!proposed.contains(id)) {
            proposed.add(id);
            if (proposed.size() > PROPOSALS_REMEMBERED) {
                proposed.remove();
            }
        }
    }

    @Override
    public List<Timestamp> lastProposed() {
        return List.copyOf(proposed);
    }

    /** Lets through only what goes to a node that this client is connected to. */
    private final class Connections implements Transport {
        @Override
        public void send(Address to, Envelope envelope) {
            if (dead) {
                return;
            }
            if (envelope.message() instanceof IrMessage.Propose propose) {
                remember(propose.id());
            }
            if (to instanceof Address.Replica replica && connected.contains(replica.id())) {
                transport.send(to, envelope);
                if (--sendsLeft == 0) {
                    lastSend.run();
                }
            } else {
                world.coverage().count("client not connected");
            }
        }

        @Override
        public void flush() {
            transport.flush();
        }
    }

    private final class Timers implements Scheduler {
        private final Map<Timer, Long> armed = new LinkedHashMap<>();
        private long armings;

        @Override
        public void arm(Timer timer, long delayNanos) {
            long arming = armings++;
            armed.put(timer, arming);
            world.events().after(clock.worldNanos(delayNanos), () -> {
                if (armed.remove(timer, arming)) {
                    give(new TxnClient.Input.TimerFired(timer));
                }
            });
        }

        @Override
        public void cancel(Timer timer) {
            if (world.random().chance(CANCELLED_COMES_ANYWAY)) {
                world.coverage().count("client late timer");
            } else {
                armed.remove(timer);
            }
        }
    }

    private void onReport(Report report) {
        if (!dead && report instanceof Finished finished) {
            world.coverage().count(kindOf(finished.outcome()));
            if (finished.outcome() instanceof CallOutcome.Versions versions && versions.cached() > 0) {
                world.coverage().count("cache versions");
            } else if (finished.outcome() instanceof CallOutcome.Relaxed relaxed && relaxed.cached()) {
                world.coverage().count(relaxed.vouched() ? "cache value vouched for" : "cache value");
            }
            countWhereItWas(finished.outcome());
            countLax(laxSpends.remove(finished.call()), finished.outcome());
            if (finished.call() == callingNow
                    && finished.outcome() instanceof CallOutcome.Failed failed
                    && failed.failure() == CallOutcome.Failure.UNAVAILABLE) {
                world.coverage().count("unavailable at once");
            }
            Consumer<CallOutcome> then = waiting.remove(finished.call());
            if (then == null) {
                throw new IllegalStateException("nobody waits for " + finished);
            }
            world.events().after(0, () -> then.accept(finished.outcome()));
        } else if (!dead && report instanceof AllotmentEvent event) {
            world.coverage().count("allotment " + event);
        }
    }

    private void countSpend(long number, ClientCall.Spend spend) {
        if (spend.manner() == SpendManner.LAX || spend.manner() == SpendManner.LAX_ONLY) {
            laxSpends.put(number, spend);
        } else if (notHeld.remove(new Wish(spend.key(), spend.amount()))) {
            world.coverage().count("lax escalated");
        }
    }

    /** What is asked for laxly is done so, refused, or done strictly: by the client itself, or because its user asks again. */
    private void countLax(ClientCall.@Nullable Spend spend, CallOutcome outcome) {
        if (spend == null || !(outcome instanceof CallOutcome.Spent spent)) {
            return;
        }
        if (spent.path() == SpendManner.STRICT) {
            world.coverage().count("lax escalated");
        } else if (!spent.accepted()) {
            world.coverage().count("lax refused");
            notHeld.add(new Wish(spend.key(), spend.amount()));
        }
    }

    /** Two rules for one operation, and each side of a partition: what is lax goes on where nothing strict can. */
    private void countWhereItWas(CallOutcome outcome) {
        boolean hasQuorum = connected.size() > world.replicas() / 2;
        if (outcome instanceof CallOutcome.Spent spent && spent.accepted() && spent.path() == SpendManner.LAX) {
            world.coverage().count(hasQuorum ? "lax in a majority" : "lax in a minority");
        }
    }

    private static String kindOf(CallOutcome outcome) {
        String kind = "outcome " + outcome.getClass().getSimpleName();
        if (outcome instanceof CallOutcome.Committed committed) {
            return kind + " " + committed.path();
        }
        if (outcome instanceof CallOutcome.Spent spent) {
            return kind + (spent.accepted() ? " " + spent.path() : " LIMIT");
        }
        if (outcome instanceof CallOutcome.CounterValue value && value.exact()) {
            return kind + " exact";
        }
        if (outcome instanceof CallOutcome.CountersOpened opened
                && opened.counters().stream().anyMatch(CallOutcome.Opened::changed)) {
            return kind + " changed";
        }
        if (outcome instanceof CallOutcome.Followed followed
                && followed.changes().stream()
                        .anyMatch(change -> change instanceof KeyChange.Written written && written.overtaken())) {
            return kind + " overtaken";
        }
        if (outcome instanceof CallOutcome.Aborted aborted) {
            return kind + " " + aborted.reason();
        }
        boolean prepared = (outcome instanceof CallOutcome.StrictlyRead read && read.prepared() != null)
                || (outcome instanceof CallOutcome.Validated validated && validated.prepared() != null);
        if (prepared) {
            return kind + " prepared";
        }
        return outcome instanceof CallOutcome.Failed failed ? kind + " " + failed.failure() : kind;
    }

    /** A batch has arrived from a node. */
    @Override
    public void arrive(List<Envelope> batch) {
        List<TxnClient.Input> inputs = new ArrayList<>(batch.size());
        for (Envelope envelope : world.parts().arrived(id, batch)) {
            inputs.add(new TxnClient.Input.Received(envelope));
        }
        give(inputs);
    }

    boolean isConnected(ReplicaId node) {
        return connected.contains(node);
    }

    void connected(ReplicaId node) {
        if (connected.add(node)) {
            give(new TxnClient.Input.Connected(node));
        }
    }

    void disconnected(ReplicaId node, String cause) {
        if (connected.remove(node)) {
            give(new TxnClient.Input.Disconnected(node, cause));
        }
    }

    @Override
    public void call(ClientCall call, long deadlineNanos, Consumer<CallOutcome> then) {
        if (dead) {
            if (call instanceof ClientCall.AwaitOutcome) {
                then.accept(NEVER_ANSWERED);
            }
            return;
        }
        long number = calls++;
        waiting.put(number, then);
        if (call instanceof ClientCall.Spend spend) {
            countSpend(number, spend);
        }
        if (call instanceof ClientCall.Change change) {
            world.coverage().count("change to be acknowledged by " + change.ack());
        }
        callingNow = number;
        give(new TxnClient.Input.Called(number, call, deadlineNanos));
        callingNow = -1;
    }

    @Override
    public void after(long nanos, Runnable then) {
        world.events().after(nanos, () -> {
            if (!dead) {
                then.run();
            }
        });
    }

    @Override
    public boolean isCaching() {
        return world.isCaching();
    }

    @Override
    public long nowNanos() {
        return world.events().nowNanos();
    }

    @Override
    public long wallMicros() {
        return clock.now().wallMicros();
    }
}
