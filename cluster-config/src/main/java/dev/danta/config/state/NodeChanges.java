package dev.danta.config.state;

import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What becomes of requests about the cluster and its nodes. */
final class NodeChanges {
    private static final int NAME_CHARS_MAX = 100;

    private NodeChanges() {}

    /** The answer to a request of this kind; null for others. */
    static @Nullable ClusterAnswer take(ClusterState state, ClusterRequest request) {
        if (request instanceof ClusterRequest.Read) {
            return state.done(request, "");
        }
        if (request instanceof ClusterRequest.Create create) {
            return create(state, create);
        }
        if (request instanceof ClusterRequest.Restore restore) {
            return restore(state, restore);
        }
        if (request instanceof ClusterRequest.AddNode add) {
            return add(state, add);
        }
        if (request instanceof ClusterRequest.SetAddress set) {
            return setAddress(state, set);
        }
        if (request instanceof ClusterRequest.LeaveNode leave) {
            return leave(state, leave);
        }
        if (request instanceof ClusterRequest.ForgetNode forget) {
            return forget(state, forget);
        }
        if (request instanceof ClusterRequest.ReplaceNode replace) {
            return replace(state, replace);
        }
        if (request instanceof ClusterRequest.StartNode start) {
            return start(state, start);
        }
        if (request instanceof ClusterRequest.Drain drain) {
            return drain(state, drain);
        }
        return null;
    }

    private static String name(ReplicaId node) {
        return "node " + node.number();
    }

    private static String unknown(ClusterState state, ReplicaId node) {
        return state.isCreated()
                ? name(node) + " is not in cluster " + state.cluster()
                : "there is no cluster yet: start its first node with --init NAME";
    }

    private static String otherDisk(ReplicaId node) {
        return name(node) + " has another disk by now";
    }

    private static ClusterAnswer create(ClusterState state, ClusterRequest.Create create) {
        if (state.isCreated()) {
            boolean isRepeated = state.cluster().equals(create.cluster()) && state.id() == create.id();
            String why = "this is cluster " + state.cluster() + " already";
            return isRepeated ? state.done(create, why) : state.refused(create, why);
        }
        String fault = faultOf(create);
        if (fault != null) {
            return state.refused(create, fault);
        }
        TreeMap<ShardId, ShardEntry> shards = new TreeMap<>();
        create.disks().forEach((shard, incarnation) -> {
            Membership alone = new Membership(shard, Epoch.FIRST, List.of(create.first()));
            TreeMap<ReplicaId, Long> disks = new TreeMap<>();
            disks.put(create.first(), incarnation);
            shards.put(shard, ShardEntry.first(ShardConfig.first(alone, disks)));
        });
        TreeMap<ReplicaId, NodeEntry> nodes = new TreeMap<>();
        nodes.put(create.first(), NodeEntry.coming(create.address(), create.configAddress(), create.disk()));
        ClusterState created = new ClusterState(
                create.cluster(),
                create.id(),
                state.version() + 1,
                create.replication(),
                nodes,
                shards,
                new TreeMap<>(),
                new TreeSet<>(),
                new TreeMap<>());
        return created.done(create, "");
    }

    private static ClusterAnswer restore(ClusterState state, ClusterRequest.Restore restore) {
        ClusterState restored = restore.state();
        if (!state.isCreated()) {
            return restored.isCreated()
                    ? restored.done(restore, "")
                    : state.refused(restore, "there is nothing to restore");
        }
        boolean isRepeated = state.id() == restored.id() && state.generation() == restored.generation();
        String why = "this is cluster " + state.cluster() + " already, in generation " + state.generation();
        return isRepeated ? state.done(restore, why) : state.refused(restore, why);
    }

    private static @Nullable String faultOf(ClusterRequest.Create create) {
        String cluster = create.cluster();
        if (cluster.isBlank()
                || cluster.length() > NAME_CHARS_MAX
                || cluster.chars().anyMatch(Character::isISOControl)) {
            return "a cluster's name has 1 to " + NAME_CHARS_MAX + " printable characters, not '" + cluster + "'";
        }
        String number = faultOf(create.first());
        if (number != null) {
            return number;
        }
        int replication = create.replication();
        if (replication != 1 && replication != 3 && replication != 5) {
            return "the replication factor is 1, 3 or 5, not " + replication;
        }
        int shards = create.disks().size();
        if (shards < 1 || shards > ClusterState.SHARDS_MAX) {
            return "a cluster has 1 to " + ClusterState.SHARDS_MAX + " shards, not " + shards;
        }
        if (create.disks().lastKey().number() != shards - 1) {
            return "a cluster's shards are numbered from 0 without gaps";
        }
        return null;
    }

    private static @Nullable String faultOf(ReplicaId node) {
        return node.number() <= ClusterState.NODE_NUMBER_MAX
                ? null
                : "a node's number is 1 to " + ClusterState.NODE_NUMBER_MAX + ", not " + node.number();
    }

    private static ClusterAnswer add(ClusterState state, ClusterRequest.AddNode add) {
        if (!state.isCreated()) {
            return state.refused(add, unknown(state, add.node()));
        }
        String fault = Optional.ofNullable(faultOf(add.node()))
                .or(() -> faultOf(state, add.node(), add.disk()))
                .or(() -> clash(state, add.node(), add.address(), add.configAddress()))
                .orElse("");
        if (!fault.isEmpty()) {
            return state.refused(add, fault);
        }
        NodeEntry known = state.nodes().get(add.node());
        if (known != null) {
            NodeEntry now = known.withIdentity(add.disk()).withAddresses(add.address(), add.configAddress());
            String why =
                    state.isLost(add.node()) ? "" : name(add.node()) + " is in cluster " + state.cluster() + " already";
            return now.equals(known)
                    ? state.done(add, why)
                    : state.next(add.node(), now).done(add, why);
        }
        if (state.nodes().size() >= ClusterState.NODES_MAX) {
            return state.refused(add, "a cluster has at most " + ClusterState.NODES_MAX + " nodes");
        }
        TreeMap<ReplicaId, NodeEntry> nodes = new TreeMap<>(state.nodes());
        nodes.put(add.node(), NodeEntry.coming(add.address(), add.configAddress(), add.disk()));
        return replaced(state.next(nodes, null)).done(add, "");
    }

    /** The same version, with the replicas where they should be now. */
    private static ClusterState replaced(ClusterState state) {
        TreeMap<ShardId, ShardEntry> shards = new TreeMap<>(state.shards());
        Placement.place(state.wanted(), state.staying(), state.replication())
                .forEach((shard, wanted) -> shards.computeIfPresent(shard, (same, entry) -> entry.withWanted(wanted)));
        return state.withShards(shards);
    }

    /** Why a process may not go on under this number with this folder. */
    private static Optional<String> faultOf(ClusterState state, ReplicaId node, NodeIdentity disk) {
        if (state.lost().contains(disk.incarnation())) {
            return Optional.of(
                    "the folder of " + name(node) + " was given up, and must not come back: start with an empty one");
        }
        for (Map.Entry<ReplicaId, NodeEntry> other : state.nodes().entrySet()) {
            if (!other.getKey().equals(node) && other.getValue().incarnation() == disk.incarnation()) {
                return Optional.of("this folder is that of " + name(other.getKey()) + ", not of " + name(node));
            }
        }
        NodeEntry known = state.nodes().get(node);
        if (known != null && known.isLeaving() && known.incarnation() != disk.incarnation()) {
            return Optional.of(name(node) + " is leaving cluster " + state.cluster()
                    + ": wait until it is gone, or take another number");
        }
        if (known == null || state.isLost(node)) {
            return Optional.empty();
        }
        String way = " If its disk is lost, run: danta cluster replace " + node.number();
        if (known.incarnation() != disk.incarnation()) {
            return Optional.of(name(node) + " is known to cluster " + state.cluster()
                    + " with another disk: its folder is empty or not its own." + way);
        }
        if (disk.isBehind(known.identity())) {
            return Optional.of("the folder of " + name(node) + " is an older copy: it was started " + known.starts()
                    + " times, and this one knows of " + (disk.starts() - 1) + "." + way);
        }
        return Optional.empty();
    }

    private static Optional<String> clash(ClusterState state, ReplicaId node, String address, String configAddress) {
        for (Map.Entry<ReplicaId, NodeEntry> other : state.nodes().entrySet()) {
            NodeEntry entry = other.getValue();
            for (String taken : List.of(entry.address(), entry.configAddress())) {
                if (!other.getKey().equals(node) && (taken.equals(address) || taken.equals(configAddress))) {
                    return Optional.of(taken + " is the address of " + name(other.getKey()) + " already");
                }
            }
        }
        return Optional.empty();
    }

    private static ClusterAnswer setAddress(ClusterState state, ClusterRequest.SetAddress set) {
        NodeEntry known = state.nodes().get(set.node());
        if (known == null) {
            return state.refused(set, unknown(state, set.node()));
        }
        if (known.incarnation() != set.incarnation()) {
            return state.refused(set, otherDisk(set.node()));
        }
        Optional<String> fault = clash(state, set.node(), set.address(), set.configAddress());
        if (fault.isPresent()) {
            return state.refused(set, fault.get());
        }
        NodeEntry now = known.withAddresses(set.address(), set.configAddress());
        return now.equals(known)
                ? state.done(set, "")
                : state.next(set.node(), now).done(set, "");
    }

    private static ClusterAnswer start(ClusterState state, ClusterRequest.StartNode start) {
        Optional<String> fault = faultOf(state, start.node(), start.disk());
        if (fault.isPresent()) {
            return state.refused(start, fault.get());
        }
        NodeEntry known = state.nodes().get(start.node());
        if (known == null) {
            return state.refused(
                    start,
                    unknown(state, start.node())
                            + (state.isCreated() ? ": start it with --join and the address of one that is" : ""));
        }
        NodeEntry now = known.withIdentity(start.disk());
        return now.equals(known)
                ? state.done(start, "")
                : state.next(start.node(), now).done(start, "");
    }

    private static ClusterAnswer drain(ClusterState state, ClusterRequest.Drain drain) {
        NodeEntry known = state.nodes().get(drain.node());
        if (known == null) {
            return state.refused(drain, unknown(state, drain.node()));
        }
        if (known.incarnation() != drain.incarnation()) {
            return state.refused(drain, otherDisk(drain.node()));
        }
        return known.draining() == drain.on()
                ? state.done(drain, name(drain.node()) + (drain.on() ? " is" : " is not") + " drained already")
                : state.next(drain.node(), known.withDraining(drain.on())).done(drain, "");
    }

    private static ClusterAnswer leave(ClusterState state, ClusterRequest.LeaveNode leave) {
        ReplicaId node = leave.node();
        NodeEntry known = state.nodes().get(node);
        if (known == null) {
            return state.refused(leave, unknown(state, node));
        }
        if (known.incarnation() != leave.incarnation()) {
            return state.refused(leave, otherDisk(node));
        }
        boolean isToBeLost = leave.isLost() && !state.isLost(node);
        if (known.isLeaving() && !isToBeLost) {
            return state.done(leave, name(node) + " is leaving already");
        }
        Optional<String> fault = known.isLeaving() ? Optional.empty() : tooFewWithout(state, node);
        if (fault.isEmpty() && isToBeLost) {
            fault = tooFewDisksWithout(state, node);
        }
        if (fault.isEmpty() && !leave.isLost()) {
            fault = changing(state);
        }
        if (fault.isPresent()) {
            return state.refused(leave, fault.get());
        }
        ClusterState left = state.next(node, known.withStanding(NodeEntry.Standing.LEAVING));
        return replaced(isToBeLost ? withLost(left, node) : left).done(leave, "");
    }

    private static Optional<String> tooFewWithout(ClusterState state, ReplicaId node) {
        int now = state.staying().size();
        int replicas = Placement.replicas(state.replication(), now);
        if (now == 1) {
            return Optional.of(name(node) + " is the last one of cluster " + state.cluster()
                    + ": without it nothing would be left");
        }
        if (Placement.replicas(state.replication(), now - 1) < replicas) {
            return Optional.of("without " + name(node) + " there would be " + (now - 1) + " nodes for " + replicas
                    + " replicas of each shard: add another one first");
        }
        return Optional.empty();
    }

    private static Optional<String> changing(ClusterState state) {
        long changing =
                state.shards().values().stream().filter(ShardEntry::isChanging).count();
        return changing == 0
                ? Optional.empty()
                : Optional.of(changing + " of " + state.shards().size()
                        + " shards are changing: wait until danta cluster status says that they are done");
    }

    /** A change takes a quorum of the old members with their data: fewer disks than that must not be given up. */
    private static Optional<String> tooFewDisksWithout(ClusterState state, ReplicaId node) {
        for (Map.Entry<ShardId, ShardEntry> shard : state.shards().entrySet()) {
            ShardEntry without = shard.getValue().withLostDisk(node);
            ShardConfig config = without.config();
            long intact = config.incarnations().values().stream()
                    .filter(disk -> !without.lost().contains(disk))
                    .count();
            if (config.active().hasMember(node) && intact < config.active().quorum()) {
                return Optional.of("shard " + shard.getKey().number() + " would have " + intact + " of "
                        + config.active().size() + " replicas left, too few to go on from: the disk of " + name(node)
                        + " is needed");
            }
        }
        return Optional.empty();
    }

    private static ClusterState withLost(ClusterState state, ReplicaId node) {
        TreeMap<ShardId, ShardEntry> shards = new TreeMap<>();
        state.shards().forEach((shard, entry) -> shards.put(shard, entry.withLostDisk(node)));
        NodeEntry known = state.nodes().get(node);
        ClusterState given = state.withShards(shards);
        return known == null ? given : given.withLost(known.incarnation());
    }

    private static ClusterAnswer replace(ClusterState state, ClusterRequest.ReplaceNode replace) {
        ReplicaId node = replace.node();
        NodeEntry known = state.nodes().get(node);
        if (known == null) {
            return state.refused(replace, unknown(state, node));
        }
        if (state.lost().contains(replace.incarnation())) {
            return state.done(
                    replace,
                    state.isLost(node)
                            ? name(node) + " waits for its new disk already: start it with an empty folder"
                            : name(node) + " was replaced already");
        }
        if (known.incarnation() != replace.incarnation()) {
            return state.refused(replace, otherDisk(node));
        }
        if (known.isLeaving()) {
            return state.refused(
                    replace,
                    name(node) + " is leaving: if its disk is lost, run: danta cluster remove " + node.number()
                            + " --lost");
        }
        Optional<String> fault = tooFewDisksWithout(state, node);
        if (fault.isPresent()) {
            return state.refused(replace, fault.get());
        }
        return withLost(state.next(node, known), node).done(replace, "");
    }

    /** Whether no shard needs anything of this node any more. */
    static boolean hasNothing(ClusterState state, ReplicaId node) {
        return state.shards().values().stream().allMatch(shard -> {
            DiskIdentity registered = shard.config().starts().get(node);
            return !shard.wanted().contains(node)
                    && !shard.isInUse(node)
                    && (registered == null || shard.lost().contains(registered.incarnation()));
        });
    }

    private static ClusterAnswer forget(ClusterState state, ClusterRequest.ForgetNode forget) {
        ReplicaId node = forget.node();
        NodeEntry known = state.nodes().get(node);
        if (known == null) {
            return state.done(forget, unknown(state, node));
        }
        if (known.incarnation() != forget.incarnation()) {
            return state.refused(forget, otherDisk(node));
        }
        if (!known.isLeaving() || !hasNothing(state, node)) {
            return state.refused(forget, name(node) + " still has replicas, or is to stay");
        }
        TreeMap<ReplicaId, NodeEntry> nodes = new TreeMap<>(state.nodes());
        nodes.remove(node);
        SortedMap<ShardId, ShardEntry> shards = new TreeMap<>();
        state.shards().forEach((shard, entry) -> shards.put(shard, entry.withoutStart(node)));
        // Its stores are gone: what is left of its folder is of no use, and would say that it knows this cluster.
        return state.next(nodes, shards).withLost(known.incarnation()).done(forget, "");
    }
}
