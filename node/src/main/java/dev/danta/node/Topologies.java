package dev.danta.node;

import dev.danta.config.state.ClusterState;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;

/** The configuration, as clients need to know it. */
final class Topologies {
    private Topologies() {}

    static Topology of(ClusterState state) {
        return new Topology(
                state.cluster(),
                state.id(),
                state.version(),
                state.shards().size(),
                state.nodes().entrySet().stream()
                        .map(node -> new Member(
                                node.getKey(),
                                node.getValue().address(),
                                node.getValue().draining()))
                        .toList(),
                state.shards().values().stream()
                        .map(shard -> shard.config().active())
                        .toList());
    }
}
