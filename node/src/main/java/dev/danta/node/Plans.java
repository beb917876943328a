package dev.danta.node;

import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.NodeIdentity;
import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.HostAndPort;

/** Requests that are only thought through, never asked. */
final class Plans {
    private Plans() {}

    /** A node that nobody has seen yet, as it would come. */
    static ClusterRequest add(ReplicaId node, String address) {
        HostAndPort listen = HostAndPort.parse(address);
        return new ClusterRequest.AddNode(
                node,
                address,
                NodeSettings.Self.besides(listen).toString(),
                // No disk is drawn with this incarnation but once in all ages.
                new NodeIdentity(Long.MIN_VALUE + node.number(), 1, 1));
    }
}
