package dev.danta.client.internal;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.runtime.Transport;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Connections to the nodes of one cluster, made anew for ever when they break. {@link Transport}'s calls are made by one
 * thread at a time.
 */
public interface NodeLinks extends Transport, AutoCloseable {
    /** Opens links; news may arrive before this returns. */
    interface Factory {
        /** How many addresses it begins with. */
        int endpoints();

        NodeLinks open(ClientId self, Listener listener);
    }

    /**
     * Links over the network.
     *
     * @param seeds each {@code host:port}
     * @param cluster the name to insist on; empty takes the cluster that is found
     * @param translator where to connect to, given what a node advertises; not asked about seeds
     * @throws IllegalArgumentException if a seed or the name is none; the message is one line
     */
    static Factory overNetwork(List<String> seeds, String cluster, UnaryOperator<String> translator) {
        List<HostAndPort> addresses =
                seeds.stream().map(HostAndPort::parse).distinct().toList();
        return new WireLinks.Seeds(addresses, cluster, translator);
    }

    /** Hears what happens, from any thread, of one node from one thread at a time. Must not block. */
    interface Listener {
        /** A node has greeted and can be sent to; {@code topology} is what it says of the cluster. */
        void onConnected(ReplicaId node, Topology topology);

        /** A node that has greeted describes the cluster anew. */
        void onTopology(ReplicaId node, Topology topology);

        /** A node that had greeted cannot be sent to any more; {@code cause} is a few words with the address. */
        void onDisconnected(ReplicaId node, String cause);

        /** There is no link to this address; {@code cause} is a few words with the address. */
        void onTrouble(String endpoint, Trouble trouble, String cause);

        void onReceived(List<Envelope> envelopes);
    }

    /** Why there is no link to an address. */
    enum Trouble {
        /** Nobody answers there; it may come. */
        UNREACHABLE,
        /** What answers there will not do: another cluster, another version of the protocol, no node at all. */
        REFUSED
    }

    /**
     * Asks a node about its cluster, over whatever connection. Fails with an exception whose message is a sentence.
     *
     * @param cluster the name of the cluster that the node must belong to
     */
    CompletableFuture<AdminReply> ask(Member node, String cluster, AdminRequest request, Duration within);

    /** Closes all links at once; no news after that. */
    @Override
    void close();

    /** The same in good order, if that takes no longer than {@code within}. */
    default void close(Duration within) {
        close();
    }
}
