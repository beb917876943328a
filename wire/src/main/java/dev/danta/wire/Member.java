package dev.danta.wire;

import dev.danta.ir.id.ReplicaId;

/**
 * A node of the cluster.
 *
 * @param address where it listens, as {@code host:port}
 */
public record Member(ReplicaId node, String address) {
    public Member {
        HostAndPort.parse(address);
    }

    /** {@link #address()} in its two parts. */
    public HostAndPort hostAndPort() {
        return HostAndPort.parse(address);
    }
}
