package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Scheduler;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.runtime.Transport;
import dev.danta.txn.key.ShardMap;
import dev.danta.txn.participant.Participant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Replicas and clients in one thread: messages lie in a bag and are taken from it in an order drawn from a seed, some are
 * lost, some come twice. Time moves with each delivery, and jumps to the next timer when the bag is empty.
 */
final class TinyCluster {
    static final long START_MICROS = 1_700_000_000_000_000L;
    private static final long CLOCK_AHEAD_MICROS = 500_000;
    private static final int EVENTS_MAX = 400_000;

    final ShardMap shards;
    final List<Membership> memberships;
    final long seed;
    final Random random;
    private final Map<Spreader.Target, ReplicaProcess> replicas = new TreeMap<>();
    private final Map<ClientId, ClientProcess> clients = new LinkedHashMap<>();
    private final List<Parcel> bag = new ArrayList<>();
    private double loss;
    private double duplication;
    private Predicate<Parcel> stops = parcel -> false;
    private long nowNanos = 1_000_000_000L;

    /** A message under way. */
    record Parcel(Address to, Envelope envelope) {}

    private record Due(long atNanos, long order, ClientProcess client, Timer timer) {}

    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::order));
    private long armings;

    TinyCluster(long seed, int replicasPerShard, int shardCount) {
        this.seed = seed;
        this.random = new Random(seed);
        this.shards = new ShardMap(shardCount);
        List<ReplicaId> members = IntStream.rangeClosed(1, replicasPerShard)
                .mapToObj(ReplicaId::new)
                .toList();
        this.memberships = IntStream.range(0, shardCount)
                .mapToObj(shard -> new Membership(new ShardId(shard), Epoch.FIRST, members))
                .toList();
        memberships.forEach(membership -> members.forEach(replica -> replicas.put(
                new Spreader.Target(membership.shard(), replica),
                new ReplicaProcess(membership, replica, new MemoryStore()))));
    }

    TinyCluster losing(double lossProbability) {
        loss = lossProbability;
        return this;
    }

    TinyCluster duplicating(double duplicationProbability) {
        duplication = duplicationProbability;
        return this;
    }

    /** From now on messages for which {@code which} holds stay in the bag. */
    void stop(Predicate<Parcel> which) {
        stops = which;
    }

    ClientProcess client(int number) {
        return client(number, ClientSettings.DEFAULTS);
    }

    /** A new client; it is connected to every replica that is up. */
    ClientProcess client(int number, ClientSettings settings) {
        ClientId id = new ClientId(number, number);
        ClientProcess client = new ClientProcess(id, settings);
        clients.put(id, client);
        for (ReplicaId replica : memberships.get(0).members()) {
            if (isUp(replica)) {
                client.take(new TxnClient.Input.Connected(replica));
            }
        }
        return client;
    }

    private boolean isUp(ReplicaId replica) {
        return replicas.entrySet().stream()
                .anyMatch(entry -> entry.getKey().replica().equals(replica) && entry.getValue().up);
    }

    /** Kills the process of {@code number}: what was not committed is lost, and so is what was under way to it. */
    void crash(int number) {
        ReplicaId replica = new ReplicaId(number);
        replicas.forEach((target, process) -> {
            if (target.replica().equals(replica)) {
                process.up = false;
            }
        });
        bag.removeIf(parcel -> parcel.to().equals(new Address.Replica(replica)));
        clients.values().forEach(client -> client.take(new TxnClient.Input.Disconnected(replica, "connection lost")));
    }

    void restart(int number) {
        ReplicaId replica = new ReplicaId(number);
        replicas.replaceAll((target, process) -> target.replica().equals(replica)
                ? new ReplicaProcess(process.membership, replica, process.store.afterCrash())
                : process);
        clients.values().forEach(client -> client.take(new TxnClient.Input.Connected(replica)));
    }

    /** The process of {@code client} is gone, and with it what it had sent and nobody has received yet. */
    void kill(ClientProcess client) {
        clients.remove(client.id);
        timers.removeIf(due -> due.client == client);
        bag.removeIf(parcel -> parcel.envelope().from().equals(new Address.Client(client.id)));
    }

    MemoryStore store(int shard, int replica) {
        return process(shard, replica).store;
    }

    Participant participant(int shard, int replica) {
        return process(shard, replica).participant;
    }

    private ReplicaProcess process(int shard, int replica) {
        ReplicaProcess process = replicas.get(new Spreader.Target(new ShardId(shard), new ReplicaId(replica)));
        if (process == null) {
            throw new IllegalArgumentException("no replica " + replica + " of shard " + shard);
        }
        return process;
    }

    List<Parcel> bag() {
        return List.copyOf(bag);
    }

    int armedTimers() {
        timers.removeIf(due -> !due.client.isCurrent(due));
        return timers.size();
    }

    /** Lets things happen until nothing is under way and no timer is armed, or {@code enough} holds. */
    void runUntil(Predicate<TinyCluster> enough) {
        for (int events = 0; !enough.test(this); events++) {
            if (events > EVENTS_MAX) {
                throw new AssertionError("seed " + seed + ": still busy after " + EVENTS_MAX + " events: " + bag.size()
                        + " messages under way, " + armedTimers() + " timers armed");
            }
            if (!event()) {
                return;
            }
        }
    }

    void runUntilQuiet() {
        runUntil(cluster -> false);
    }

    void runFor(long nanos) {
        long end = nowNanos + nanos;
        runUntil(cluster -> cluster.nowNanos >= end);
    }

    /** One thing happens: a message arrives, or is lost, or a timer fires. */
    boolean event() {
        List<Integer> deliverable = new ArrayList<>();
        for (int i = 0; i < bag.size(); i++) {
            if (!stops.test(bag.get(i))) {
                deliverable.add(i);
            }
        }
        armedTimers();
        Due due = timers.peek();
        if (due != null && (deliverable.isEmpty() || due.atNanos <= nowNanos)) {
            timers.remove(due);
            nowNanos = Math.max(nowNanos, due.atNanos);
            due.client.fire(due);
            return true;
        }
        if (deliverable.isEmpty()) {
            return false;
        }
        nowNanos += 1 + random.nextInt(200_000);
        int index = deliverable.get(random.nextInt(deliverable.size()));
        Parcel parcel = bag.get(index);
        if (random.nextDouble() >= duplication) {
            bag.remove(index);
        }
        if (random.nextDouble() >= loss) {
            deliver(parcel);
        }
        return true;
    }

    void deliver(Parcel parcel) {
        if (parcel.to() instanceof Address.Replica replica) {
            ReplicaProcess process =
                    replicas.get(new Spreader.Target(parcel.envelope().shard(), replica.id()));
            if (process != null && process.up) {
                process.driver.run(List.of(new IrReplica.Input.Received(parcel.envelope())));
            }
        } else if (parcel.to() instanceof Address.Client to) {
            ClientProcess client = clients.get(to.id());
            if (client != null) {
                client.take(new TxnClient.Input.Received(parcel.envelope()));
            }
        }
    }

    long nowNanos() {
        return nowNanos;
    }

    private Moment now() {
        return new Moment(nowNanos, START_MICROS + nowNanos / 1_000);
    }

    /** Everything that must hold once all is quiet: nothing held, nothing undecided, all replicas of a shard equal. */
    void checkConverged() {
        for (Membership membership : memberships) {
            int shard = membership.shard().number();
            for (ReplicaId replica : membership.members()) {
                MemoryStore store = store(shard, replica.number());
                assertHolds(participant(shard, replica.number()).holders().isEmpty(), "a hold is left on " + replica);
                List<OpRecord> undecided = store.undecided();
                assertHolds(undecided.isEmpty(), "undecided on " + replica + ": " + undecided);
                String first =
                        store(shard, membership.members().get(0).number()).contents();
                assertHolds(first.equals(store.contents()), replica + " has " + store.contents() + ", not " + first);
            }
        }
    }

    void assertHolds(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError("seed " + seed + ": " + message);
        }
    }

    private final class ReplicaProcess {
        private final Membership membership;
        private final MemoryStore store;
        private final Participant participant;
        private final Driver<IrReplica.Input> driver;
        private boolean up = true;

        ReplicaProcess(Membership membership, ReplicaId self, MemoryStore store) {
            this.membership = membership;
            this.store = store;
            this.participant = new Participant(store, store, store, new Participant.Settings(CLOCK_AHEAD_MICROS));
            IrReplica machine =
                    new IrReplica(self, membership, new IrReplica.Settings(CLOCK_AHEAD_MICROS), store, participant);
            this.driver = new Driver<>(
                    machine,
                    new Driver.Ports(TinyCluster.this::now, store, bagTransport(), NO_TIMERS, bound -> 0, r -> {}),
                    null);
            driver.run(List.of(new IrReplica.Input.Started()));
        }
    }

    private Transport bagTransport() {
        return new Transport() {
            @Override
            public void send(Address to, Envelope envelope) {
                bag.add(new Parcel(to, envelope));
            }

            @Override
            public void flush() {}
        };
    }

    private static final Scheduler NO_TIMERS = new Scheduler() {
        @Override
        public void arm(Timer timer, long delayNanos) {
            throw new AssertionError("a replica arms no timer: " + timer);
        }

        @Override
        public void cancel(Timer timer) {}
    };

    /** A client and what its application has heard. */
    final class ClientProcess implements Scheduler {
        final ClientId id;
        final TxnClient machine;
        private final Driver<TxnClient.Input> driver;
        private final Map<Timer, Due> armed = new LinkedHashMap<>();
        private final Map<Long, List<CallOutcome>> answers = new TreeMap<>();
        private final Map<Long, BiConsumer<ClientProcess, CallOutcome>> whenAnswered = new TreeMap<>();
        private final List<Finished> toTell = new ArrayList<>();
        private long calls;

        ClientProcess(ClientId id, ClientSettings settings) {
            this.id = id;
            this.machine = new TxnClient(id, shards, memberships, settings);
            this.driver = new Driver<>(
                    machine,
                    new Driver.Ports(
                            TinyCluster.this::now,
                            Storage.NONE,
                            bagTransport(),
                            this,
                            bound -> bound == 0 ? 0 : (long) (random.nextDouble() * bound),
                            report -> toTell.add((Finished) report)),
                    null);
        }

        long call(ClientCall what, long deadlineNanos) {
            return call(what, deadlineNanos, (client, outcome) -> {});
        }

        long call(ClientCall what, long deadlineNanos, BiConsumer<ClientProcess, CallOutcome> then) {
            long number = calls++;
            whenAnswered.put(number, then);
            answers.put(number, new ArrayList<>());
            take(new TxnClient.Input.Called(number, what, deadlineNanos));
            return number;
        }

        void take(TxnClient.Input input) {
            driver.run(List.of(input));
            List<Finished> told = List.copyOf(toTell);
            toTell.clear();
            for (Finished finished : told) {
                List<CallOutcome> outcomes = answers.get(finished.call());
                BiConsumer<ClientProcess, CallOutcome> then = whenAnswered.get(finished.call());
                if (outcomes == null || then == null) {
                    throw new AssertionError("an answer to a call that was never made: " + finished);
                }
                outcomes.add(finished.outcome());
                assertHolds(outcomes.size() == 1, "call " + finished.call() + " was answered twice: " + outcomes);
                then.accept(this, finished.outcome());
            }
        }

        /** The only answer to {@code call}. */
        CallOutcome answer(long call) {
            @Nullable CallOutcome answer = answerOrNull(call);
            if (answer == null) {
                throw new AssertionError("call " + call + " has no answer");
            }
            return answer;
        }

        @Nullable
        CallOutcome answerOrNull(long call) {
            List<CallOutcome> outcomes = answers.getOrDefault(call, List.of());
            return outcomes.isEmpty() ? null : outcomes.get(0);
        }

        void checkEveryCallIsAnswered() {
            answers.forEach((call, outcomes) ->
                    assertHolds(outcomes.size() == 1, "call " + call + " of " + id + " has answers " + outcomes));
        }

        @Override
        public void arm(Timer timer, long delayNanos) {
            Due due = new Due(nowNanos + delayNanos, armings++, this, timer);
            armed.put(timer, due);
            timers.add(due);
        }

        @Override
        public void cancel(Timer timer) {
            armed.remove(timer);
        }

        private boolean isCurrent(Due due) {
            return due.equals(armed.get(due.timer));
        }

        private void fire(Due due) {
            armed.remove(due.timer);
            take(new TxnClient.Input.TimerFired(due.timer));
        }
    }

    static Predicate<Parcel> to(int replica) {
        return parcel -> parcel.to().equals(new Address.Replica(new ReplicaId(replica)));
    }

    static Predicate<Parcel> carrying(Class<? extends IrMessage> kind) {
        return parcel -> kind.isInstance(parcel.envelope().message());
    }
}
