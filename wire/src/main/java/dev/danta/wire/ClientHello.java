package dev.danta.wire;

import dev.danta.ir.id.ClientId;

/**
 * A client's greeting.
 *
 * @param cluster the cluster it wants to talk to; empty if it takes the one it finds
 * @param identity of that cluster, drawn when it was created; 0 if the client does not know it yet
 * @param wallMicros its clock, in microseconds since 1970
 */
public record ClientHello(String cluster, long identity, ClientId client, long wallMicros) {
    public ClientHello {
        if (!cluster.isEmpty()) {
            Topology.requireClusterName(cluster);
        }
        if (wallMicros < 0) {
            throw new IllegalArgumentException("a clock must not be negative: " + wallMicros);
        }
        if (client.equals(ClientId.NONE)) {
            throw new IllegalArgumentException("a client has an id");
        }
    }
}
