package dev.danta.client.internal;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import dev.danta.wire.ServerHello;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.transport.AdminClient;
import dev.danta.wire.transport.ConnectionListener;
import dev.danta.wire.transport.Endpoint;
import dev.danta.wire.transport.ReplicaConnections;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Links over the network: one stream to each node of the newest configuration that a node has told of. */
final class WireLinks implements NodeLinks {
    private static final Logger LOG = LoggerFactory.getLogger(WireLinks.class);

    private final ReplicaConnections connections;

    private WireLinks(ReplicaConnections connections) {
        this.connections = connections;
    }

    /** What a client knows before it has connected. */
    record Seeds(List<HostAndPort> addresses, String cluster, UnaryOperator<String> translator) implements Factory {
        @Override
        public int endpoints() {
            return addresses.size();
        }

        @Override
        public NodeLinks open(ClientId self, Listener listener) {
            return WireLinks.open(this, self, listener);
        }
    }

    private static NodeLinks open(Seeds seeds, ClientId self, Listener listener) {
        Clock clock = Clock.systemUTC();
        News news = new News(listener, seeds.translator());
        ReplicaConnections connections = ReplicaConnections.open(
                ReplicaConnections.Settings.of(self, seeds.cluster()),
                seeds.addresses().stream().map(Endpoint::seed).toList(),
                () -> micros(clock.instant()),
                news);
        news.attach(connections);
        return new WireLinks(connections);
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
    }

    @Override
    public void send(Address to, Envelope envelope) {
        if (!(to instanceof Address.Replica replica)) {
            throw new IllegalArgumentException("a client sends to replicas only, not to " + to);
        }
        try {
            connections.send(replica.id(), envelope);
        } catch (IllegalArgumentException tooLarge) {
            // What an application asks for is measured before; a message that is lost is repeated, and in the end late.
            LOG.warn("a message to {} cannot travel: {}", to, tooLarge.getMessage());
        }
    }

    @Override
    public void flush() {
        connections.flush();
    }

    @Override
    public CompletableFuture<AdminReply> ask(Member node, String cluster, AdminRequest request, Duration within) {
        return AdminClient.begin(HostAndPort.parse(node.address()), cluster, request, within);
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    @Override
    public void close(Duration within) {
        connections.close(within);
    }

    /** What nodes say, with their addresses as they are reached from here. */
    private static final class News implements ConnectionListener {
        private final Listener listener;
        private final UnaryOperator<String> translator;
        private @Nullable Topology newest;
        private @Nullable ReplicaConnections connections;

        News(Listener listener, UnaryOperator<String> translator) {
            this.listener = listener;
            this.translator = translator;
        }

        /** The connections are open; nodes may have greeted before that. */
        void attach(ReplicaConnections opened) {
            Topology known;
            synchronized (this) {
                connections = opened;
                known = newest;
            }
            if (known != null) {
                opened.follow(known);
            }
        }

        private void follow(Topology topology) {
            ReplicaConnections open;
            synchronized (this) {
                open = connections;
                if (newest == null || newest.version() < topology.version()) {
                    newest = topology;
                }
            }
            // Outside of the lock, since connecting may call back at once.
            if (open != null) {
                open.follow(topology);
            }
        }

        @Override
        public void onConnected(ReplicaId node, ServerHello greeting) {
            Topology topology = greeting.topology().translated(translator);
            listener.onConnected(node, topology);
            follow(topology);
        }

        @Override
        public void onTopology(ReplicaId node, Topology topology) {
            Topology here = topology.translated(translator);
            listener.onTopology(node, here);
            follow(here);
        }

        @Override
        public void onEnvelopes(ReplicaId node, List<Envelope> batch) {
            listener.onReceived(batch);
        }

        @Override
        public void onDisconnected(ReplicaId node, String cause) {
            listener.onDisconnected(node, cause);
        }

        @Override
        public void onUnreachable(Endpoint endpoint, String cause) {
            listener.onTrouble(endpoint.address().toString(), Trouble.UNREACHABLE, cause);
        }

        @Override
        public void onPermanentFailure(Endpoint endpoint, String cause) {
            listener.onTrouble(endpoint.address().toString(), Trouble.REFUSED, cause);
        }
    }
}
