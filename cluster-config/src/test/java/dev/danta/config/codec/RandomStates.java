package dev.danta.config.codec;

import dev.danta.config.Requests;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.CollectionEntry;
import dev.danta.config.state.CollectionName;
import dev.danta.config.state.NodeIdentity;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Random requests, mostly such as make sense, and the states that they lead to. */
final class RandomStates {
    private final Random random;
    private ClusterState state = ClusterState.NONE;

    RandomStates(long seed) {
        this.random = new Random(seed);
    }

    ClusterState state() {
        return state;
    }

    /** A request of any kind; the state takes it. */
    ClusterRequest next() {
        ClusterRequest request = state.isCreated() ? request(random.nextInt(15)) : Requests.create(1 + below(4), 3);
        state = state.take(request, EpochRules.PROTOCOL).state();
        return request;
    }

    private int below(int bound) {
        return random.nextInt(bound);
    }

    private ReplicaId node() {
        return new ReplicaId(1 + below(6));
    }

    private ShardId shard() {
        return new ShardId(below(4));
    }

    private NodeIdentity folder() {
        int node = 1 + below(6);
        return below(4) == 0 ? new NodeIdentity(random.nextLong(), 1 + below(9), below(9)) : Requests.folder(node);
    }

    private long store() {
        return Requests.store(1 + below(6), below(4), below(3));
    }

    private SortedMap<ReplicaId, Long> members() {
        SortedMap<ReplicaId, Long> members = new TreeMap<>();
        for (int i = below(6); i >= 0; i--) {
            members.put(node(), store());
        }
        return members;
    }

    private ClusterRequest request(int kind) {
        return switch (kind) {
            case 0 -> new ClusterRequest.Read();
            case 1 -> Requests.create(1 + below(3), 1);
            case 2, 3 -> Requests.add(1 + below(6));
            case 4 ->
                new ClusterRequest.SetAddress(
                        node(), 10L * (1 + below(6)), "h:" + (1 + below(9)), "h:" + (10 + below(9)));
            case 5 -> new ClusterRequest.LeaveNode(node(), 10L * (1 + below(6)), below(2) == 0);
            case 6 -> new ClusterRequest.ForgetNode(node(), 10L * (1 + below(6)));
            case 7 -> new ClusterRequest.ReplaceNode(node(), 10L * (1 + below(6)));
            case 8 -> new ClusterRequest.MoveReplica(shard(), new Epoch(1 + below(4)), node(), node());
            case 9 -> new ClusterRequest.StartNode(node(), folder());
            case 10 -> new ClusterRequest.Drain(node(), 10L * (1 + below(6)), below(2) == 0);
            case 11 ->
                below(2) == 0
                        ? new ClusterRequest.Finished(shard(), new Epoch(1 + below(4)))
                        : new ClusterRequest.Release(shard(), node(), store());
            case 12 ->
                new ClusterRequest.Declare(
                        new CollectionName("s\u00fc" + below(3), "c" + below(5)), new CollectionEntry("t" + below(2)));
            case 13 -> below(20) == 0 ? new ClusterRequest.Restore(state.recovered(node())) : new ClusterRequest.Read();
            default -> new ClusterRequest.OfShard(shard(), ofShard(), below(2) == 0 ? null : 10L * (1 + below(6)));
        };
    }

    private ConfigRequest ofShard() {
        return switch (below(4)) {
            case 0 -> new ConfigRequest.Read();
            case 1 -> new ConfigRequest.Propose(new Epoch(1 + below(3)), members());
            case 2 -> new ConfigRequest.Activate(new Epoch(1 + below(4)), 1 + below(5));
            default ->
                new ConfigRequest.Register(
                        node(),
                        new DiskIdentity(
                                store(),
                                1 + below(5),
                                below(3),
                                new DiskIdentity.LogEnd(new Epoch(1 + below(3)), below(100))));
        };
    }
}
