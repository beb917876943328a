package dev.danta.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Scheduler;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.runtime.Transport;
import dev.danta.txn.participant.Participant;
import dev.danta.wire.Topology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/** One node: a real replica of each shard, with stores in memory that outlive a stop, and one thread for all of them. */
final class MemoryNode implements AutoCloseable {
    private static final long CLOCK_AHEAD_MICROS_MAX = 500_000;

    private final ReplicaId id;
    private final Topology view;
    private final BiConsumer<ClientId, Envelope> replies;
    private final ExecutorService thread;
    private final Map<ShardId, MemoryStore> stores = new HashMap<>();
    private final Map<ShardId, Driver<IrReplica.Input>> drivers = new HashMap<>();
    private boolean up;

    /** Stopped; {@code replies} is called on its thread. */
    MemoryNode(ReplicaId id, Topology view, BiConsumer<ClientId, Envelope> replies) {
        this.id = id;
        this.view = view;
        this.replies = replies;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "node-" + id.number());
            made.setDaemon(true);
            return made;
        });
        view.memberships().forEach(membership -> stores.put(membership.shard(), new MemoryStore()));
    }

    void start() {
        call(() -> {
            view.memberships().stream()
                    .filter(membership -> membership.hasMember(id))
                    .forEach(membership -> {
                        Driver<IrReplica.Input> driver = driver(membership);
                        driver.run(List.of(new IrReplica.Input.Started()));
                        drivers.put(membership.shard(), driver);
                    });
            up = true;
        });
    }

    void stop() {
        call(() -> up = false);
    }

    /** On its thread only. */
    boolean isUp() {
        return up;
    }

    MemoryStore store(int shard) {
        return stores.get(new ShardId(shard));
    }

    void receive(List<Envelope> envelopes) {
        List<Envelope> batch = List.copyOf(envelopes);
        thread.execute(() -> {
            if (up) {
                batch.forEach(envelope -> {
                    Driver<IrReplica.Input> driver = drivers.get(envelope.shard());
                    if (driver != null) {
                        driver.run(List.of(new IrReplica.Input.Received(envelope)));
                    }
                });
            }
        });
    }

    void execute(Runnable action) {
        thread.execute(action);
    }

    /** Runs {@code action} after everything that was received before, and waits for it. */
    void call(Runnable action) {
        Future<?> done = thread.submit(action);
        try {
            done.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private Driver<IrReplica.Input> driver(Membership membership) {
        MemoryStore store = stores.get(membership.shard());
        Participant participant =
                new Participant(store, store, store, new Participant.Settings(CLOCK_AHEAD_MICROS_MAX));
        IrReplica machine =
                new IrReplica(id, membership, new IrReplica.Settings(CLOCK_AHEAD_MICROS_MAX), store, participant);
        Driver.Ports ports = new Driver.Ports(
                () -> new Moment(System.nanoTime(), System.currentTimeMillis() * 1000),
                store,
                new Replies(),
                new NoTimers(),
                bound -> 0,
                report -> {});
        return new Driver<>(machine, ports, null);
    }

    private final class Replies implements Transport {
        @Override
        public void send(Address to, Envelope envelope) {
            replies.accept(((Address.Client) to).id(), envelope);
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }
    }

    private record NoTimers() implements Scheduler {
        @Override
        public void arm(Timer timer, long delayNanos) {
            throw new IllegalStateException("a replica arms no timer: " + timer);
        }

        @Override
        public void cancel(Timer timer) {
            throw new IllegalStateException("a replica arms no timer: " + timer);
        }
    }
}
