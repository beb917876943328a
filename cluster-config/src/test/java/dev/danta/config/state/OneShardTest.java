package dev.danta.config.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.config.Requests;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One shard of a cluster answers as {@link ShardConfig} alone does, by which the simulator's configuration goes: so what
 * was shown there holds here.
 */
final class OneShardTest {
    private static final ShardId SHARD = new ShardId(1);

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theClusterAnswersAsTheShardAloneDoes(int seed) {
        Random random = new Random(seed);
        ClusterState state = ClusterState.NONE
                .take(Requests.create(2, 3), EpochRules.PROTOCOL)
                .state();
        for (int node = 2; node <= 5; node++) {
            state = state.take(Requests.add(node), EpochRules.PROTOCOL).state();
        }
        ShardConfig alone = state.shards().get(SHARD).config();
        int taken = 0;
        for (int step = 0; step < 80; step++) {
            ConfigRequest request = request(random, alone);
            ClusterAnswer answer = state.take(new ClusterRequest.OfShard(SHARD, request), EpochRules.PROTOCOL);
            ShardConfig.Answer expected = alone.take(request, EpochRules.PROTOCOL);
            assertThat(answer.done())
                    .as("seed %d step %d: %s", seed, step, request)
                    .isEqualTo(expected.done());
            assertThat(answer.state().shards().get(SHARD).config())
                    .as("seed %d step %d: %s", seed, step, request)
                    .isEqualTo(expected.config());
            taken += answer.done() ? 1 : 0;
            state = answer.state();
            alone = expected.config();
        }
        assertThat(taken).as("seed %d", seed).isGreaterThan(5);
    }

    /** A request that concerns nodes which the shard wants, on stores that were never released. */
    private static ConfigRequest request(Random random, ShardConfig now) {
        long epoch = now.active().epoch().number();
        return switch (random.nextInt(5)) {
            case 0 -> new ConfigRequest.Read();
            case 1 -> new ConfigRequest.Propose(new Epoch(random.nextInt(4) == 0 ? 1 : epoch), members(random, now));
            case 2, 3 ->
                new ConfigRequest.Activate(
                        new Epoch(epoch + (random.nextInt(4) == 0 ? 0 : 1)), now.lastAttempt() - random.nextInt(2));
            default -> {
                int node = 1 + random.nextInt(3);
                Long member = now.incarnations().get(new ReplicaId(node));
                long store = member == null ? Requests.store(node, 1, (int) epoch % 10) : member;
                yield new ConfigRequest.Register(new ReplicaId(node), Requests.disk(store, 1 + random.nextInt(20)));
            }
        };
    }

    /** Disks that are members' or have registered, and were never members before. */
    private static SortedMap<ReplicaId, Long> members(Random random, ShardConfig now) {
        SortedMap<ReplicaId, Long> able = new TreeMap<>(now.incarnations());
        now.starts().forEach((replica, disk) -> {
            if (!now.retired().contains(disk.incarnation())) {
                able.putIfAbsent(replica, disk.incarnation());
            }
        });
        int size = able.size() >= 3 && random.nextBoolean() ? 3 : 1;
        List<ReplicaId> order = new ArrayList<>(able.keySet());
        Collections.shuffle(order, random);
        SortedMap<ReplicaId, Long> members = new TreeMap<>();
        order.subList(0, size).forEach(replica -> members.put(replica, able.get(replica)));
        return members;
    }
}
