package dev.danta.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import dev.danta.wire.TopologyGenerator;
import dev.danta.wire.proto.FrameProto;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopologyCodecTest {
    private static final Topology TWO_SHARDS = Topology.firstOf(
            "shop",
            2,
            List.of(
                    new Member(new ReplicaId(1), "10.0.0.1:7400"),
                    new Member(new ReplicaId(2), "10.0.0.2:7400"),
                    new Member(new ReplicaId(3), "10.0.0.3:7400")));

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void topologies_come_back_as_they_were(long seed) {
        TopologyGenerator generator = new TopologyGenerator(seed);
        for (int i = 0; i < 100; i++) {
            Topology topology = generator.topology();
            assertThat(TopologyCodec.decode(TopologyCodec.encode(topology))).isEqualTo(topology);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spoilt_topologies_are_malformed_or_topologies(long seed) {
        FrameMutator mutator = new FrameMutator(seed);
        TopologyGenerator generator = new TopologyGenerator(seed);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            var wire = (FrameProto.Topology) mutator.spoil(mutator.spoil(TopologyCodec.encode(generator.topology())));
            refused += refuses(wire) ? 1 : 0;
        }
        assertThat(refused).isBetween(50, 499);
    }

    private static boolean refuses(FrameProto.Topology wire) {
        try {
            TopologyCodec.decode(wire);
            return false;
        } catch (MalformedMessageException malformed) {
            assertThat(malformed.getMessage())
                    .containsAnyOf("Topology", "Membership")
                    .doesNotContain("\n");
            return true;
        }
    }

    @Test
    void the_complaint_says_what_is_wrong() {
        complainsOf(wire -> wire.getNodesBuilder(1).setAddress("nowhere"))
                .hasMessage("Topology.nodes: an address is HOST:PORT, this is not: 'nowhere'");
        complainsOf(wire -> wire.getNodesBuilder(1).setAddress("10.0.0.1:7400"))
                .hasMessage("Topology: two nodes have one address");
        complainsOf(wire -> wire.getNodesBuilder(1).setNode(0))
                .hasMessage("Topology.nodes is 0, replicas count from 1");
        complainsOf(wire -> wire.getNodesBuilder(1).setNode(9)).hasMessage("Topology: nodes are not ascending: r9, r3");
        complainsOf(FrameProto.Topology.Builder::clearNodes)
                .hasMessage("Topology: a cluster has 1 to 1000 nodes, not 0");
        complainsOf(wire -> wire.setVersion(0))
                .hasMessage("Topology: a configuration's versions start at 1, this is 0");
        complainsOf(wire -> wire.setShards(3)).hasMessage("Topology: one membership for each of 3 shards, not 2");
        complainsOf(wire -> wire.setShards(100_000)).hasMessage("Topology: a cluster has 1 to 4096 shards, not 100000");
        complainsOf(wire -> wire.getMembershipsBuilder(0).setShard(1))
                .hasMessage("Topology: memberships stand by the numbers of their shards, but 0 is of s1");
        complainsOf(wire -> wire.setCluster("a\nb")).hasMessage("Topology: a cluster's name has no control characters");
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ?> complainsOf(
            Consumer<FrameProto.Topology.Builder> change) {
        FrameProto.Topology.Builder wire = TopologyCodec.encode(TWO_SHARDS).toBuilder();
        change.accept(wire);
        return assertThatThrownBy(() -> TopologyCodec.decode(wire.build()))
                .isInstanceOf(MalformedMessageException.class);
    }
}
