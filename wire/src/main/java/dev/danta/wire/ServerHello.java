package dev.danta.wire;

import dev.danta.ir.id.ReplicaId;

/**
 * A node's greeting: who it is, and the cluster as it knows it.
 *
 * @param node its number, which is also that of its replicas
 * @param wallMicros its clock, in microseconds since 1970
 */
public record ServerHello(ReplicaId node, long wallMicros, Topology topology) {
    public ServerHello {
        if (wallMicros < 0) {
            throw new IllegalArgumentException("a clock must not be negative: " + wallMicros);
        }
    }
}
