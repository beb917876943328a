package dev.danta.client.internal;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.runtime.Transport;
import java.util.List;

/**
 * Connections to the nodes of one cluster, made anew for ever when they break. {@link Transport}'s calls are made by one
 * thread at a time.
 */
public interface NodeLinks extends Transport, AutoCloseable {
    /** Opens links; news may arrive before this returns. */
    interface Factory {
        NodeLinks open(ClientId self, Listener listener);
    }

    /** Hears what happens, from any thread, of one node from one thread at a time. Must not block. */
    interface Listener {
        /** A node has greeted and can be sent to; {@code view} is what it says of the cluster. */
        void onConnected(ReplicaId node, ClusterView view);

        /** A node that had greeted cannot be sent to any more; {@code cause} is a few words with the address. */
        void onDisconnected(ReplicaId node, String cause);

        /** An address from which no greeting has come yet did not answer, or answered with a refusal. */
        void onTrouble(String endpoint, Trouble trouble, String cause);

        void onReceived(List<Envelope> envelopes);
    }

    /** Why there is no link to an address. */
    enum Trouble {
        /** Nobody answers there; it may come. */
        UNREACHABLE,
        /** What answers there belongs to another cluster. */
        WRONG_CLUSTER,
        /** What answers there does not speak this version of the protocol. */
        INCOMPATIBLE
    }

    /** Closes all links at once; no news after that. */
    @Override
    void close();
}
