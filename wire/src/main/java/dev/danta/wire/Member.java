package dev.danta.wire;

import dev.danta.ir.id.ReplicaId;

/**
 * A node of the cluster.
 *
 * @param address where it listens, as {@code host:port}
 * @param draining whether it is about to be stopped: who has a choice asks another
 */
public record Member(ReplicaId node, String address, boolean draining) {
    public Member {
        HostAndPort.parse(address);
    }

    /** One that is there to stay. */
    public Member(ReplicaId node, String address) {
        this(node, address, false);
    }

    /** {@link #address()} in its two parts. */
    public HostAndPort hostAndPort() {
        return HostAndPort.parse(address);
    }
}
