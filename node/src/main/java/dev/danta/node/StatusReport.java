package dev.danta.node;

import dev.danta.config.raft.GroupStanding;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.runtime.StorageException;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.wire.admin.AdminReply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The state of a node and of its cluster, as operators are told it. */
final class StatusReport {
    private StatusReport() {}

    /** How the group stands before there is one. */
    static final GroupStanding UNKNOWN = new GroupStanding(false, 0, List.of());

    static List<Integer> numbers(Collection<ReplicaId> nodes) {
        return nodes.stream().map(ReplicaId::number).toList();
    }

    static AdminReply.Configuration configuration(ClusterState state, GroupStanding group) {
        List<AdminReply.Node> nodes = new ArrayList<>();
        state.nodes()
                .forEach((node, entry) -> nodes.add(new AdminReply.Node(
                        node.number(),
                        entry.address(),
                        entry.configAddress(),
                        entry.incarnation(),
                        entry.isLeaving(),
                        entry.draining(),
                        state.isLost(node))));
        List<AdminReply.Shard> shards = new ArrayList<>();
        state.shards().forEach((shard, entry) -> {
            var change = entry.config().change();
            shards.add(new AdminReply.Shard(
                    shard.number(),
                    entry.config().active().epoch().number(),
                    numbers(entry.config().active().members()),
                    numbers(entry.wanted()),
                    change == null ? List.of() : numbers(change.next().members()),
                    change == null ? 0 : change.attempt(),
                    !entry.isChanging(),
                    awaited(entry)));
        });
        return new AdminReply.Configuration(
                state.version(),
                group.isReachable(),
                group.leader(),
                group.voters(),
                state.replication(),
                nodes,
                shards);
    }

    /** Wanted replicas whose disk has not been seen, or only one that cannot be a member's any more. */
    private static List<Integer> awaited(ShardEntry entry) {
        TreeSet<ReplicaId> awaited = new TreeSet<>(entry.wanted());
        awaited.removeIf(replica -> {
            Long member = entry.config().incarnations().get(replica);
            var registered = entry.config().starts().get(replica);
            return isUsable(entry, member) || (registered != null && isUsable(entry, registered.incarnation()));
        });
        return numbers(awaited);
    }

    private static boolean isUsable(ShardEntry entry, @Nullable Long incarnation) {
        return incarnation != null
                && !entry.lost().contains(incarnation)
                && !entry.config().retired().contains(incarnation);
    }

    /** Null if it is being closed. */
    static AdminReply.@Nullable Replica replica(ShardReplica replica, PulledLogs pulled, boolean hashes) {
        EpochState epoch = replica.epoch();
        try {
            LmdbReplicaStore.Extent extent = replica.extent();
            TreeMap<Integer, Long> behind = new TreeMap<>(pulled.behind(replica.shard()));
            return new AdminReply.Replica(
                    replica.shard().number(),
                    epoch == null ? 0 : epoch.membership().epoch().number(),
                    standing(epoch),
                    extent.logEnd(),
                    behind.entrySet().stream()
                            .map(one -> new AdminReply.Pulled(one.getKey(), one.getValue()))
                            .toList(),
                    replica.heldKeys(),
                    extent.undecided(),
                    extent.records(),
                    extent.bytes(),
                    hashes ? replica.digest() : "");
        } catch (StorageException closing) {
            return null;
        }
    }

    private static AdminReply.Standing standing(@Nullable EpochState epoch) {
        if (epoch == null) {
            return AdminReply.Standing.SEALED;
        }
        return switch (epoch.standing()) {
            case MEMBER -> AdminReply.Standing.SERVING;
            case SEALED -> AdminReply.Standing.SEALED;
            case OUTSIDE -> AdminReply.Standing.JOINING;
            case REMOVED -> AdminReply.Standing.DRAINING;
        };
    }

    static AdminReply.Running running(ChangeDesk.Running change) {
        return new AdminReply.Running(
                change.shard().number(),
                change.from().number(),
                numbers(change.next()),
                phase(change),
                change.progress().pages(),
                0,
                "pages",
                TimeUnit.NANOSECONDS.toMillis(change.nanos()),
                change.tries(),
                change.trouble());
    }

    private static String phase(ChangeDesk.Running change) {
        return switch (change.progress().phase()) {
            case ASKING -> "waiting";
            case SEALING -> "sealing";
            case READING -> "merging";
            case INSTALLING -> "installing";
            default -> change.progress().phase().name().toLowerCase(Locale.ROOT);
        };
    }
}
