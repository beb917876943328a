package dev.danta.wire.transport;

import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.HostAndPort;
import org.jspecify.annotations.Nullable;

/**
 * Where a client looks for a node.
 *
 * @param node which one is expected there; null if whichever greets is welcome
 */
public record Endpoint(HostAndPort address, @Nullable ReplicaId node) {
    /** A place where some node of the cluster is. */
    public static Endpoint seed(HostAndPort address) {
        return new Endpoint(address, null);
    }

    @Override
    public String toString() {
        return node == null ? address.toString() : node + " at " + address;
    }
}
