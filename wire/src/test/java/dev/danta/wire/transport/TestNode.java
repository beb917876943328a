package dev.danta.wire.transport;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminDesk;
import dev.danta.wire.gateway.GatewayDesk;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A server on loopback that acknowledges every decision it is told, and remembers who came and what it complained of. */
final class TestNode implements Inbound, AutoCloseable {
    static final String CLUSTER = "shop";
    static final Topology TOPOLOGY =
            Topology.firstOf(CLUSTER, 4, List.of(new Member(new ReplicaId(1), "localhost:7400")));

    final List<ClientSession> sessions = new CopyOnWriteArrayList<>();
    final List<ClientSession> gone = new CopyOnWriteArrayList<>();
    final List<String> complaints = new CopyOnWriteArrayList<>();
    private final ReplicaId id;
    private final ReplicationServer server;

    TestNode(int number) {
        this(number, 0, settings -> settings);
    }

    TestNode(int number, AdminDesk desk) {
        this(number, 0, settings -> settings, desk, null);
    }

    TestNode(int number, int port, UnaryOperator<ReplicationServer.Settings> change) {
        this(number, port, change, AdminDesk.CLOSED, null);
    }

    /** One with the public service. */
    static TestNode withGateway(int number, GatewayDesk gateway) {
        return new TestNode(number, 0, settings -> settings, AdminDesk.CLOSED, gateway);
    }

    private TestNode(
            int number,
            int port,
            UnaryOperator<ReplicationServer.Settings> change,
            AdminDesk desk,
            @Nullable GatewayDesk gateway) {
        this.id = new ReplicaId(number);
        ReplicationServer.Settings settings =
                change.apply(ReplicationServer.Settings.of(new HostAndPort("127.0.0.1", port)));
        this.server = ReplicationServer.start(settings, id, () -> 1_000_000, this, desk, gateway);
        server.publish(TOPOLOGY);
    }

    HostAndPort address() {
        return server.address();
    }

    ReplicationServer server() {
        return server;
    }

    /** With the expectation to find this node. */
    Endpoint endpoint() {
        return new Endpoint(address(), id);
    }

    ReplicaId id() {
        return id;
    }

    @Override
    public void onOpened(ClientSession session) {
        sessions.add(session);
    }

    @Override
    public void onEnvelopes(ClientSession from, List<Envelope> batch) {
        from.send(batch.stream().map(this::answer).toList());
    }

    private Envelope answer(Envelope request) {
        IrMessage.Decide decide = (IrMessage.Decide) request.message();
        return new Envelope(
                request.shard(),
                request.epoch(),
                new Address.Replica(id),
                new IrMessage.DecisionAcknowledged(decide.id()));
    }

    @Override
    public void onClosed(ClientSession session) {
        gone.add(session);
    }

    @Override
    public void onComplaint(String line) {
        complaints.add(line);
    }

    @Override
    public void close() {
        server.stop(Duration.ZERO);
    }
}
