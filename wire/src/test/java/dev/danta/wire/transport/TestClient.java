package dev.danta.wire.transport;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.wire.ServerHello;
import dev.danta.wire.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** Connections whose news are kept in lists; retries are quick. */
final class TestClient implements ConnectionListener, AutoCloseable {
    private static final AtomicLong NEXT = new AtomicLong(1);

    final ClientId id = new ClientId(77, NEXT.getAndIncrement());
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<ServerHello> greetings = new CopyOnWriteArrayList<>();
    final List<Topology> topologies = new CopyOnWriteArrayList<>();
    private final List<Long> acknowledged = new ArrayList<>();
    final ReplicaConnections connections;

    TestClient(Endpoint... endpoints) {
        this(settings -> settings, endpoints);
    }

    TestClient(UnaryOperator<ReplicaConnections.Settings> change, Endpoint... endpoints) {
        ReplicaConnections.Settings quick = ReplicaConnections.Settings.of(id, TestNode.CLUSTER)
                .withRetries(Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(100));
        this.connections =
                ReplicaConnections.open(change.apply(quick), Arrays.asList(endpoints), () -> 2_000_000, this);
    }

    Envelope decide(long number) {
        IrMessage message = new IrMessage.Decide(new Timestamp(number, id), new Decision.Abort(), null);
        return new Envelope(new ShardId(0), Epoch.FIRST, new Address.Client(id), message);
    }

    synchronized List<Long> acknowledged() {
        return List.copyOf(acknowledged);
    }

    boolean has(String part) {
        return events.stream().anyMatch(event -> event.contains(part));
    }

    @Override
    public void onConnected(ReplicaId node, ServerHello greeting) {
        greetings.add(greeting);
        events.add("connected " + node);
    }

    @Override
    public void onTopology(ReplicaId node, Topology topology) {
        topologies.add(topology);
    }

    /** That of the greeting, or what came after it. */
    Topology newestTopology() {
        return topologies.isEmpty() ? greetings.get(0).topology() : topologies.get(topologies.size() - 1);
    }

    @Override
    public synchronized void onEnvelopes(ReplicaId node, List<Envelope> batch) {
        for (Envelope envelope : batch) {
            acknowledged.add(
                    ((IrMessage.DecisionAcknowledged) envelope.message()).id().timeMicros());
        }
    }

    @Override
    public void onDisconnected(ReplicaId node, String cause) {
        events.add("disconnected " + node + " " + cause);
    }

    @Override
    public void onUnreachable(Endpoint endpoint, String cause) {
        events.add("unreachable " + cause);
    }

    @Override
    public void onPermanentFailure(Endpoint endpoint, String cause) {
        events.add("permanent " + cause);
    }

    @Override
    public void close() {
        connections.close(Duration.ofSeconds(5));
    }
}
