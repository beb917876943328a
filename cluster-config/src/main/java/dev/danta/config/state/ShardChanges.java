package dev.danta.config.state;

import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.TreeSet;

/** What becomes of requests about one shard, and about collections. */
final class ShardChanges {
    private ShardChanges() {}

    static ClusterAnswer take(ClusterState state, ClusterRequest request, EpochRules rules) {
        if (request instanceof ClusterRequest.Declare declare) {
            return declare(state, declare);
        }
        if (request instanceof ClusterRequest.MoveReplica move) {
            ShardEntry entry = state.shards().get(move.shard());
            return entry == null ? unknown(state, request, move.shard()) : move(state, move, entry);
        }
        if (request instanceof ClusterRequest.OfShard of) {
            ShardEntry entry = state.shards().get(of.shard());
            return entry == null ? unknown(state, request, of.shard()) : ofShard(state, of, entry, rules);
        }
        if (request instanceof ClusterRequest.Finished finished) {
            ShardEntry entry = state.shards().get(finished.shard());
            return entry == null ? unknown(state, request, finished.shard()) : finished(state, finished, entry);
        }
        if (request instanceof ClusterRequest.Release release) {
            ShardEntry entry = state.shards().get(release.shard());
            return entry == null ? unknown(state, request, release.shard()) : release(state, release, entry);
        }
        throw new IllegalArgumentException("nobody takes " + request);
    }

    private static ClusterAnswer unknown(ClusterState state, ClusterRequest request, ShardId shard) {
        return state.refused(
                request,
                state.isCreated()
                        ? "there is no shard " + shard.number() + ": cluster " + state.cluster() + " has "
                                + state.shards().size() + ", from 0 on"
                        : "there is no cluster yet: start its first node with --init NAME");
    }

    private static String name(ShardId shard) {
        return "shard " + shard.number();
    }

    private static String name(ReplicaId node) {
        return "node " + node.number();
    }

    private static ClusterAnswer declare(ClusterState state, ClusterRequest.Declare declare) {
        if (!state.isCreated()) {
            return state.refused(declare, "there is no cluster yet: start its first node with --init NAME");
        }
        CollectionEntry known = state.collections().get(declare.name());
        if (known != null) {
            return known.equals(declare.entry())
                    ? state.done(declare, "")
                    : state.refused(
                            declare,
                            "collection " + declare.name() + " has values of type " + known.type() + ", not "
                                    + declare.entry().type());
        }
        if (state.collections().size() >= ClusterState.COLLECTIONS_MAX) {
            return state.refused(declare, "a cluster has at most " + ClusterState.COLLECTIONS_MAX + " collections");
        }
        long bytes = state.collectionsBytes() + ClusterState.bytesOf(declare.name(), declare.entry());
        if (bytes > ClusterState.COLLECTIONS_BYTES_MAX) {
            return state.refused(
                    declare,
                    "the names and types of a cluster's collections take at most " + ClusterState.COLLECTIONS_BYTES_MAX
                            + " bytes altogether, and would take " + bytes);
        }
        return state.next(declare.name(), declare.entry()).done(declare, "");
    }

    private static ClusterAnswer move(ClusterState state, ClusterRequest.MoveReplica move, ShardEntry entry) {
        boolean isDone = !entry.wanted().contains(move.from()) && entry.wanted().contains(move.to());
        if (isDone) {
            return state.done(
                    move, name(move.shard()) + " has its replica on " + name(move.to()) + ", or is getting it");
        }
        NodeEntry target = state.nodes().get(move.to());
        if (target == null) {
            return state.refused(move, name(move.to()) + " is not in cluster " + state.cluster());
        }
        if (target.isLeaving() || state.isLost(move.to())) {
            return state.refused(
                    move, name(move.to()) + (target.isLeaving() ? " is leaving" : " waits for its new disk"));
        }
        if (!entry.wanted().contains(move.from())) {
            return state.refused(move, name(move.shard()) + " has no replica on " + name(move.from()));
        }
        if (entry.wanted().contains(move.to())) {
            return state.refused(move, name(move.shard()) + " has a replica on " + name(move.to()) + " already");
        }
        if (entry.isChanging()) {
            return state.refused(
                    move,
                    name(move.shard()) + " is changing already: wait until danta cluster status says that it is done");
        }
        if (!move.epoch().equals(entry.config().active().epoch())) {
            return state.refused(
                    move,
                    name(move.shard()) + " is in epoch "
                            + entry.config().active().epoch().number() + ", not "
                            + move.epoch().number());
        }
        TreeSet<ReplicaId> wanted = new TreeSet<>(entry.wanted());
        wanted.remove(move.from());
        wanted.add(move.to());
        return state.next(move.shard(), entry.withWanted(wanted)).done(move, "");
    }

    private static ClusterAnswer ofShard(
            ClusterState state, ClusterRequest.OfShard of, ShardEntry entry, EpochRules rules) {
        String fault = faultOf(state, of, entry);
        if (!fault.isEmpty()) {
            return state.refused(of, fault);
        }
        ShardConfig.Answer answer = entry.config().take(of.request(), rules);
        ClusterState after = answer.config().equals(entry.config())
                ? state
                : state.next(of.shard(), entry.withConfig(answer.config()));
        return answer.done() ? after.done(of, "") : after.refused(of, notDone(of, entry.config()));
    }

    /** Why the shard itself does not take it. */
    private static String notDone(ClusterRequest.OfShard of, ShardConfig config) {
        if (of.request() instanceof ConfigRequest.Register register) {
            return config.active().hasMember(register.replica())
                            && register.disk().incarnation()
                                    == config.incarnations().getOrDefault(register.replica(), 0L)
                    ? "the store of " + name(of.shard()) + " on " + name(register.replica()) + " is an older copy"
                    : name(register.replica()) + " is no member of " + name(of.shard()) + " yet";
        }
        if (of.request() instanceof ConfigRequest.Activate activate) {
            return name(of.shard()) + " is not waiting for attempt " + activate.attempt() + " of epoch "
                    + activate.next().number();
        }
        return name(of.shard()) + " is in epoch " + config.active().epoch().number() + " by now";
    }

    /** What the rules of one shard do not know of, because it takes more than the shard. */
    private static String faultOf(ClusterState state, ClusterRequest.OfShard of, ShardEntry entry) {
        if (of.request() instanceof ConfigRequest.Propose propose) {
            if (propose.incarnations().size() % 2 == 0) {
                return "a shard has an odd number of replicas, not "
                        + propose.incarnations().size();
            }
            if (!entry.canBeOrStayMembers(propose.incarnations()) || !entry.areMostlyIntact(propose.incarnations())) {
                return name(of.shard()) + " was to have a member whose disk is given up";
            }
            if (!entry.areThere(propose.incarnations())) {
                return name(of.shard()) + " was to have a member whose disk nobody knows, or that was released";
            }
            return "";
        }
        if (of.request() instanceof ConfigRequest.Activate activate) {
            ShardConfig.Change change = entry.config().change();
            // Whoever has the install may have been among those that were given up since.
            return change != null
                            && change.next().epoch().equals(activate.next())
                            && !entry.areMostlyIntact(change.incarnations())
                    ? "most disks that " + name(of.shard()) + " was to have in epoch "
                            + activate.next().number() + " are given up by now"
                    : "";
        }
        if (of.request() instanceof ConfigRequest.Register register) {
            ReplicaId replica = register.replica();
            long incarnation = register.disk().incarnation();
            DiskIdentity registered = entry.config().starts().get(replica);
            boolean isKnownDisk = registered != null && registered.incarnation() == incarnation;
            NodeEntry node = state.nodes().get(replica);
            if (node != null && of.folder() != null && (of.folder() != node.incarnation() || state.isLost(replica))) {
                return name(replica) + " has another disk by now";
            }
            if (node == null || !entry.concerns(replica)) {
                return name(of.shard()) + " has nothing on " + name(replica);
            }
            if (entry.lost().contains(incarnation)) {
                return "the store of " + name(of.shard()) + " on " + name(replica) + " was given up";
            }
            if (entry.config().retired().contains(incarnation) && !isKnownDisk) {
                return "the store of " + name(of.shard()) + " on " + name(replica) + " was released";
            }
        }
        return "";
    }

    private static ClusterAnswer finished(ClusterState state, ClusterRequest.Finished finished, ShardEntry entry) {
        ShardConfig config = entry.config();
        if (!config.active().epoch().equals(finished.epoch())) {
            return state.refused(
                    finished,
                    name(finished.shard()) + " is in epoch "
                            + config.active().epoch().number() + " by now");
        }
        return entry.finished()
                ? state.done(finished, "")
                : state.next(finished.shard(), entry.asFinished()).done(finished, "");
    }

    private static ClusterAnswer release(ClusterState state, ClusterRequest.Release release, ShardEntry entry) {
        DiskIdentity registered = entry.config().starts().get(release.replica());
        if (!entry.isSpent(release.replica(), release.incarnation())) {
            return state.refused(
                    release,
                    "the store of " + name(release.shard()) + " on " + name(release.replica()) + " is still needed");
        }
        if (registered == null || registered.incarnation() != release.incarnation()) {
            return state.done(release, "");
        }
        return state.next(release.shard(), entry.withoutStart(release.replica()))
                .done(release, "");
    }
}
