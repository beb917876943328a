package dev.danta.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.config.ClusterConfig;
import dev.danta.config.MemoryClusterConfig;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeIdentity;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.wire.HostAndPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ChangeDeskTest {
    private static final ShardId SHARD = new ShardId(0);

    private static ReplicaId node(int number) {
        return new ReplicaId(number);
    }

    private static NodeIdentity folder(int number) {
        return new NodeIdentity(10L * number, 1, 1);
    }

    /** Three nodes, of which the second and third have registered stores: the shard is to go from one member to three. */
    private static ClusterState aboutToGrow() {
        ClusterState state = ClusterState.NONE;
        ClusterRequest create = new ClusterRequest.Create(
                "test", 7, 3, node(1), "a.invalid:1", "a.invalid:2", folder(1), new TreeMap<>(Map.of(SHARD, 100L)));
        state = state.take(create, EpochRules.PROTOCOL).state();
        for (int number = 2; number <= 3; number++) {
            ClusterRequest add = new ClusterRequest.AddNode(
                    node(number), "a.invalid:1" + number, "a.invalid:2" + number, folder(number));
            state = state.take(add, EpochRules.PROTOCOL).state();
        }
        for (int number = 1; number <= 3; number++) {
            DiskIdentity disk = new DiskIdentity(100L * number, 1, 1, new DiskIdentity.LogEnd(Epoch.FIRST, 0));
            ClusterRequest register = new ClusterRequest.OfShard(SHARD, new ConfigRequest.Register(node(number), disk));
            state = state.take(register, EpochRules.PROTOCOL).state();
        }
        return state;
    }

    /** A configuration that has a bug, met by drivers. */
    private record Buggy(ClusterConfig real) implements ClusterConfig {
        @Override
        public ClusterState known() {
            return real.known();
        }

        @Override
        public CompletableFuture<ClusterAnswer> ask(ClusterRequest request, Duration deadline) {
            if (request instanceof ClusterRequest.OfShard) {
                throw new IllegalArgumentException("no such thing");
            }
            return real.ask(request, deadline);
        }

        @Override
        public Subscription listen(Consumer<ClusterState> listener) {
            return real.listen(listener);
        }

        @Override
        public boolean isLeader() {
            return real.isLeader();
        }
    }

    @Test
    void aBugInADriverStopsTheNode() throws InterruptedException {
        BlockingQueue<Node.Failure> failures = new LinkedBlockingQueue<>();
        try (MemoryClusterConfig config = new MemoryClusterConfig(aboutToGrow());
                ChangeDesk desk = new ChangeDesk(
                        NodeSettings.of(
                                new NodeSettings.Self(node(1), new HostAndPort("127.0.0.1", 0), Path.of("none"))),
                        new Buggy(config.of(node(1))),
                        ChangeDesk.Settings.DEFAULT,
                        up -> true,
                        failures::add)) {
            desk.start();
            assertThat(failures.poll(30, TimeUnit.SECONDS))
                    .isEqualTo(
                            new Node.Failure("a bug stopped the change of shard 0: no such thing", Node.Failure.BUG));
        }
    }
}
