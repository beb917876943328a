package dev.danta.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Envelope;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Topology;
import dev.danta.wire.transport.ClientSession;
import dev.danta.wire.transport.Inbound;
import dev.danta.wire.transport.ReplicationServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Replicas with stores in memory behind a real port. */
final class ServedNode implements Inbound, AutoCloseable {
    private final ReplicaId id;
    private final String address;
    private final MemoryNode replicas;
    private final List<String> complaints;
    private final Map<ClientId, ClientSession> sessions = new ConcurrentHashMap<>();
    private Topology topology;
    private ReplicationServer server;

    /** Stopped, with a replica of every shard of {@code first}, which is also what it tells its clients. */
    ServedNode(ReplicaId id, String address, Topology first, List<String> complaints) {
        this.id = id;
        this.address = address;
        this.topology = first;
        this.replicas = new MemoryNode(id, first, this::reply);
        this.complaints = complaints;
    }

    /** Ports of loopback that nobody uses. */
    static SortedMap<ReplicaId, String> freeAddresses(int size) {
        List<ServerSocket> sockets = new ArrayList<>();
        SortedMap<ReplicaId, String> addresses = new TreeMap<>();
        try {
            for (int i = 1; i <= size; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                addresses.put(new ReplicaId(i), "127.0.0.1:" + socket.getLocalPort());
            }
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return addresses;
    }

    void start() {
        startWithoutCluster();
        server.publish(topology);
    }

    /** Listens, but does not know of any cluster until {@link #publish}. */
    void startWithoutCluster() {
        replicas.start();
        server = ReplicationServer.start(
                ReplicationServer.Settings.of(HostAndPort.parse(address)),
                id,
                () -> System.currentTimeMillis() * 1000,
                this,
                new MemoryDesk());
    }

    void publish(Topology newer) {
        topology = newer;
        server.publish(newer);
    }

    String address() {
        return address;
    }

    MemoryNode replicas() {
        return replicas;
    }

    /** How many clients are connected. */
    int clients() {
        return sessions.size();
    }

    void stop() {
        server.stop(Duration.ZERO);
        replicas.stop();
    }

    @Override
    public void close() {
        server.stop(Duration.ZERO);
        replicas.close();
    }

    private void reply(ClientId client, Envelope envelope) {
        ClientSession session = sessions.get(client);
        if (session != null) {
            session.send(List.of(envelope));
        }
    }

    @Override
    public void onOpened(ClientSession session) {
        sessions.put(session.client(), session);
    }

    @Override
    public void onEnvelopes(ClientSession from, List<Envelope> batch) {
        replicas.receive(batch);
    }

    @Override
    public void onClosed(ClientSession session) {
        sessions.remove(session.client(), session);
    }

    @Override
    public void onComplaint(String line) {
        complaints.add(line);
    }
}
