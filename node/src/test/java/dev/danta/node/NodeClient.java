package dev.danta.node;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.ServerHello;
import dev.danta.wire.transport.ConnectionListener;
import dev.danta.wire.transport.Endpoint;
import dev.danta.wire.transport.ReplicaConnections;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that says what it is told to one node and waits for what comes back, over a real connection. */
final class NodeClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<Envelope> replies = new LinkedBlockingQueue<>();
    private final BlockingQueue<ServerHello> greetings = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    private final ReplicaConnections connections;
    private final ReplicaId node;

    private NodeClient(String cluster, HostAndPort address, ReplicaId node) {
        this.node = node;
        ReplicaConnections.Settings settings = ReplicaConnections.Settings.of(Requests.CLIENT, cluster)
                .withRetries(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMillis(100));
        this.connections = ReplicaConnections.open(
                settings, List.of(new Endpoint(address, node)), SystemClock::wallMicros, new Told());
    }

    /** Connects, and waits for the greeting. */
    static NodeClient of(String cluster, HostAndPort address, int node) {
        NodeClient client = unconnected(cluster, address, node);
        client.awaitGreeting();
        return client;
    }

    static NodeClient unconnected(String cluster, HostAndPort address, int node) {
        return new NodeClient(cluster, address, new ReplicaId(node));
    }

    ServerHello awaitGreeting() {
        return next(greetings, "greeting");
    }

    String awaitFailure() {
        return next(failures, "failure");
    }

    void send(Envelope... requests) {
        for (Envelope request : requests) {
            if (!connections.send(node, request)) {
                throw new IllegalStateException("not sent: " + request);
            }
        }
        connections.flush();
    }

    IrMessage awaitReply() {
        return next(replies, "reply").message();
    }

    IrMessage ask(Envelope request) {
        send(request);
        return awaitReply();
    }

    private static <T> T next(BlockingQueue<T> queue, String what) {
        try {
            T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException("no " + what + " in " + PATIENCE_SECONDS + " s");
            }
            return next;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        connections.close(Duration.ofSeconds(5));
    }

    private final class Told implements ConnectionListener {
        @Override
        public void onConnected(ReplicaId connected, ServerHello greeting) {
            greetings.add(greeting);
        }

        @Override
        public void onEnvelopes(ReplicaId from, List<Envelope> batch) {
            replies.addAll(batch);
        }

        @Override
        public void onDisconnected(ReplicaId lost, String cause) {
            failures.add(cause);
        }

        @Override
        public void onUnreachable(Endpoint endpoint, String cause) {
            failures.add(cause);
        }

        @Override
        public void onPermanentFailure(Endpoint endpoint, String cause) {
            failures.add(cause);
        }
    }
}
