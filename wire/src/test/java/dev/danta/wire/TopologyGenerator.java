package dev.danta.wire;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Topologies of all shapes, from a seed: nodes that have no shard, members that are no nodes any more. */
public final class TopologyGenerator {
    private final SplittableRandom random;

    public TopologyGenerator(long seed) {
        this.random = new SplittableRandom(seed);
    }

    public Topology topology() {
        List<Member> nodes = new ArrayList<>();
        int number = 0;
        for (int count = random.nextInt(1, 9); count > 0; count--) {
            number += random.nextInt(1, 4);
            nodes.add(new Member(
                    new ReplicaId(number), host(number) + ":" + random.nextInt(65_536), random.nextBoolean()));
        }
        int shards = random.nextInt(1, 20);
        List<Membership> memberships = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            memberships.add(new Membership(new ShardId(shard), new Epoch(random.nextLong(1, 1L << 40)), members()));
        }
        long version = random.nextLong(1, Long.MAX_VALUE);
        return new Topology("cluster " + number, random.nextLong(), version, shards, nodes, memberships);
    }

    private String host(int number) {
        return switch (random.nextInt(3)) {
            case 0 -> "10.0.0." + number;
            case 1 -> "node-" + number + ".example";
            default -> "[fe80::" + Integer.toHexString(number) + "]";
        };
    }

    private List<ReplicaId> members() {
        List<ReplicaId> members = new ArrayList<>();
        int size = 1 + 2 * random.nextInt(3);
        for (int number = random.nextInt(1, 5); members.size() < size; number += random.nextInt(1, 4)) {
            members.add(new ReplicaId(number));
        }
        return members;
    }
}
