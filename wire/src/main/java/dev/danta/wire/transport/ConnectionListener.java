package dev.danta.wire.transport;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Envelope;
import dev.danta.wire.ServerHello;
import dev.danta.wire.Topology;
import java.util.List;

/**
 * What a client does with what its connections tell. Called on transport threads, for one node by one thread at a time; no
 * method may block or throw.
 */
public interface ConnectionListener {
    /** A node greeted: from now on {@link ReplicaConnections#send} reaches it. */
    void onConnected(ReplicaId node, ServerHello greeting);

    /** A connected node knows of a newer configuration than it has told of so far. */
    default void onTopology(ReplicaId node, Topology topology) {}

    /** Replies of this node, in the order in which it sent them. Never empty. */
    void onEnvelopes(ReplicaId node, List<Envelope> batch);

    /** A connected node is not any more; what was under way may be lost. {@code cause} begins with the address. */
    void onDisconnected(ReplicaId node, String cause);

    /** An attempt to connect failed and will be repeated. {@code cause} begins with the address. */
    void onUnreachable(Endpoint endpoint, String cause);

    /**
     * Whoever is there will not do: another cluster, another node, another protocol. It is tried again all the same, but
     * seldom. {@code cause} begins with the address.
     */
    void onPermanentFailure(Endpoint endpoint, String cause);
}
