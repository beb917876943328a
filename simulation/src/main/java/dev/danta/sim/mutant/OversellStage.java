package dev.danta.sim.mutant;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.replica.Application;
import dev.danta.ir.runtime.Machine;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.sim.PlannedChange;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Unrest;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.workload.Caller;
import dev.danta.sim.workload.Play;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.client.SpendManner;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.participant.Participant;
import dev.danta.txn.participant.SpendRules;
import dev.danta.txn.participant.WaitingSettings;
import dev.danta.txn.recovery.SweepingReplica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Three buyers, each of whom is heard by a quorum of its own: with three replicas A by r1 and r2, B by r2 and r3, C by r1 and
 * r3. Any two of them meet at a replica, and no replica hears all three: if each replica sold what it has, three would be sold
 * of two. Each buys until it is told that there is not enough.
 */
final class OversellStage extends Stage {
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE_NANOS = 60_000 * MILLI;
    private static final Key STOCK = KeyLayout.key("sim", "stage", List.of("stock"));
    private static final int BUYERS = 3;
    /** From here on buyers are heard by their quorums only. */
    private static final long FORCED_MILLIS = 390;

    private static final long BEGIN_MILLIS = 400;
    /** So long each of them keeps its turn; after that whoever comes first is heard. */
    private static final long ORDERED_MILLIS = 900;
    /** From here on everybody hears everything. */
    private static final long FREE_MILLIS = 1_600;

    private final Plot plot;
    private final SimParts parts;
    /** The buyers who have read what there is, and have made up their minds: before all of them have, none is heard. */
    private final Set<Long> havingRead = new TreeSet<>();

    /** The replicas that have heard the buyer whom they are to hear first. */
    private final Set<Integer> isOpen = new TreeSet<>();

    private boolean isForced;
    private boolean isOrdered;
    private long accepted;
    private long perhaps;

    /** How the stock is sold. */
    enum Manner {
        /** Of two units each of them takes one by a strict transaction, and once all are heard again, another if it can. */
        STRICT(2),
        /** Of allotments that they take when they are heard by their quorums. */
        ALLOTMENTS(24),
        /** A has an allotment and spends of it, while the others call it in. */
        ONE_ALLOTMENT(8);

        private final long units;

        Manner(long units) {
            this.units = units;
        }

        /** How many there are in the beginning. */
        long units() {
            return units;
        }
    }

    /**
     * What is forced.
     *
     * @param order a bit for each replica that hears two buyers: whether the later of them is heard first there
     * @param missed a bit for each replica: whether it hears of no decision, neither from the buyers nor from its peers
     * @param change how members change meanwhile, before those who miss decisions have heard of them
     */
    record Plot(int replicas, Manner manner, int order, int missed, Change change) {
        int orders() {
            int contested = 0;
            for (int replica = 1; replica <= replicas; replica++) {
                contested += buyersAt(replica).size() > 1 ? 1 : 0;
            }
            return 1 << contested;
        }

        /** The bits of the order are those of the replicas that hear two, in ascending order. */
        boolean isLaterFirst(int replica) {
            int bit = 0;
            for (int before = 1; before < replica; before++) {
                bit += buyersAt(before).size() > 1 ? 1 : 0;
            }
            return ((order >> bit) & 1) == 1;
        }

        /** Who is heard by a replica, in ascending order. */
        List<Long> buyersAt(int replica) {
            List<Long> buyers = new ArrayList<>();
            for (long buyer = 1; buyer <= BUYERS; buyer++) {
                if (quorum(buyer).contains(replica)) {
                    buyers.add(buyer);
                }
            }
            return buyers;
        }

        private Set<Integer> quorum(long buyer) {
            return switch ((int) buyer) {
                case 1 -> replicas == 3 ? Set.of(1, 2) : Set.of(1, 2, 3);
                case 2 -> replicas == 3 ? Set.of(2, 3) : Set.of(3, 4, 5);
                case 3 -> replicas == 3 ? Set.of(1, 3) : Set.of(1, 4, 5);
                default -> throw new IllegalArgumentException("nobody forces buyer " + buyer);
            };
        }
    }

    /**
     * A change of members amid all that; which member goes is up to the seed.
     *
     * @param isMade whether there is one
     * @param deaf the number of the replica that does not hear of it; 0 if all of them do
     */
    record Change(boolean isMade, int deaf) {
        static final Change NONE = new Change(false, 0);
    }

    private OversellStage(Plot plot, SimParts parts) {
        super(false);
        this.plot = plot;
        this.parts = parts;
    }

    /** With the rules of {@code parts}. */
    static Directed run(Plot plot, SimParts parts) {
        return new Directed(
                "three buyers, no replica hears more than two: " + plot,
                new SimSettings(plot.replicas(), 1, BUYERS, Scenario.STOCK, Duration.ofSeconds(3)),
                FaultSchedule.NONE,
                () -> new OversellStage(plot, parts));
    }

    @Override
    Workload play() {
        return new Play(List.of(STOCK), List.of(this::director, this::other, this::other), this::judge);
    }

    private void director(Caller caller, Runnable done) {
        Play.at(caller, FORCED_MILLIS, () -> {
            isForced = true;
            isOrdered = true;
        });
        Play.at(caller, ORDERED_MILLIS, () -> isOrdered = false);
        Play.at(caller, FREE_MILLIS, () -> isForced = false);
        if (plot.manner() == Manner.ONE_ALLOTMENT) {
            Play.at(caller, 100, () -> spend(caller, 1, SpendManner.RESERVED, isEnough -> {}));
            Play.at(caller, BEGIN_MILLIS, () -> spendAll(caller, SpendManner.RESERVED, done));
        } else {
            other(caller, done);
        }
    }

    private void other(Caller caller, Runnable done) {
        Play.at(caller, BEGIN_MILLIS, () -> {
            switch (plot.manner()) {
                case STRICT ->
                    spend(
                            caller,
                            1,
                            SpendManner.STRICT,
                            isEnough -> Play.at(caller, FREE_MILLIS, () -> spendAll(caller, SpendManner.STRICT, done)));
                case ALLOTMENTS -> spendAll(caller, SpendManner.RESERVED, done);
                case ONE_ALLOTMENT ->
                    // More than there is beside the allotment, which is called in.
                    spend(caller, 5, SpendManner.STRICT, isEnough -> spendAll(caller, SpendManner.STRICT, done));
            }
        });
    }

    private void spendAll(Caller caller, SpendManner manner, Runnable done) {
        spend(caller, 1, manner, isEnough -> {
            if (isEnough) {
                spendAll(caller, manner, done);
            } else {
                done.run();
            }
        });
    }

    private void spend(Caller caller, long amount, SpendManner manner, Consumer<Boolean> then) {
        ClientCall spend = new ClientCall.Spend(STOCK, bounds(), amount, manner, false);
        caller.call(spend, PATIENCE_NANOS, outcome -> {
            boolean isKnown = outcome instanceof CallOutcome.Spent;
            boolean isEnough = outcome instanceof CallOutcome.Spent spent && spent.accepted();
            accepted += isEnough ? amount : 0;
            perhaps += isKnown ? 0 : amount;
            then.accept(isEnough);
        });
    }

    private CounterBounds bounds() {
        return new CounterBounds(plot.manner().units(), 0);
    }

    /** Each of them went on until there was nothing left. */
    private void judge(Map<Key, Version> end) {
        long units = plot.manner().units();
        if (accepted > units || accepted + perhaps < units) {
            throw new Violation(
                    Violation.Kind.HISTORY_INVALID,
                    accepted + " were sold of " + units + ", and " + perhaps + " perhaps: " + plot + ", " + end);
        }
    }

    @Override
    public Machine<SweepingReplica.Input> replica(ReplicaId replica, SweepingReplica genuine, SimDisk disk) {
        return (input, now) -> isHeard(replica, input) ? genuine.handle(input, now) : List.of();
    }

    private boolean isHeard(ReplicaId replica, SweepingReplica.Input input) {
        if (!isForced || !(input instanceof SweepingReplica.Input.Received received)) {
            return true;
        }
        Envelope envelope = received.envelope();
        int number = replica.number();
        if (envelope.message() instanceof IrMessage.EpochRequest) {
            return plot.change().deaf() != number;
        }
        if (isMissed(number) && !isOfBuyers(envelope.message())) {
            return false;
        }
        if (number > plot.replicas()
                || !(envelope.from() instanceof Address.Client client)
                || client.id().low() > BUYERS) {
            return true;
        }
        return isHeard(number, client.id().low(), envelope.message());
    }

    private boolean isMissed(int replica) {
        return replica <= plot.replicas() && ((plot.missed() >> (replica - 1)) & 1) == 1;
    }

    /** Everything by which they sell, but for decisions. */
    private static boolean isOfBuyers(IrMessage message) {
        return message instanceof IrMessage.Propose
                || message instanceof IrMessage.Finalize
                || message instanceof IrMessage.Ask
                || message instanceof IrMessage.Execute;
    }

    private boolean isHeard(int replica, long buyer, IrMessage message) {
        if (message instanceof IrMessage.Propose) {
            havingRead.add(buyer);
        }
        List<Long> buyers = plot.buyersAt(replica);
        if (!buyers.contains(buyer)) {
            return false;
        }
        boolean hasTurns = message instanceof IrMessage.Propose || message instanceof IrMessage.Execute;
        if (!isOrdered || !hasTurns) {
            return true;
        }
        if (plot.manner() != Manner.ONE_ALLOTMENT && havingRead.size() < BUYERS) {
            return false;
        }
        if (buyers.size() < 2) {
            return true;
        }
        long first = buyers.get(plot.isLaterFirst(replica) ? 1 : 0);
        if (buyer == first) {
            isOpen.add(replica);
        }
        return isOpen.contains(replica);
    }

    @Override
    public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
        return parts.application(replica, genuine, versions);
    }

    @Override
    public CounterRules counterRules() {
        return parts.counterRules();
    }

    @Override
    public SpendRules spendRules() {
        return parts.spendRules();
    }

    @Override
    public WaitingSettings waiting(WaitingSettings drawn) {
        return parts.waiting(drawn);
    }

    @Override
    public boolean asserting() {
        return parts.asserting();
    }

    @Override
    public boolean changesMembers(SimRandom random) {
        return plot.change().isMade();
    }

    /** Nothing happens to members but what is said. */
    @Override
    public Unrest unrest(SimRandom random) {
        return new Unrest(0, 0, 0, 0);
    }

    @Override
    public Optional<PlannedChange> plannedChange() {
        PlannedChange swap = new PlannedChange(PlannedChange.Kind.SWAP, FORCED_MILLIS * MILLI, PlannedChange.NEVER);
        return plot.change().isMade() ? Optional.of(swap) : Optional.empty();
    }
}
