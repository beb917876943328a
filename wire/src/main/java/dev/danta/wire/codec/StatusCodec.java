package dev.danta.wire.codec;

import static dev.danta.wire.codec.AdminReplyCodec.count;
import static dev.danta.wire.codec.AdminReplyCodec.nodes;
import static dev.danta.wire.codec.AdminRequestCodec.node;
import static dev.danta.wire.codec.AdminRequestCodec.shard;

import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.proto.AdminProto;
import java.util.ArrayList;
import java.util.List;

/** How a node is, and the configuration that it knows. */
final class StatusCodec {
    private StatusCodec() {}

    static AdminProto.AdminReply.NodeStatus encode(AdminReply.NodeStatus status) {
        AdminProto.AdminReply.NodeStatus.Builder wire = AdminProto.AdminReply.NodeStatus.newBuilder()
                .setNode(status.node())
                .setIncarnation(status.incarnation())
                .setCluster(status.cluster())
                .setAddress(status.address())
                .setUptimeMillis(status.uptimeMillis())
                .setConfiguration(encode(status.configuration()))
                .setNote(status.note());
        status.replicas().forEach(replica -> wire.addReplicas(encode(replica)));
        status.running().forEach(running -> wire.addRunning(encode(running)));
        return wire.build();
    }

    private static AdminProto.AdminReply.Configuration encode(AdminReply.Configuration configuration) {
        AdminProto.AdminReply.Configuration.Builder wire = AdminProto.AdminReply.Configuration.newBuilder()
                .setVersion(configuration.version())
                .setReachable(configuration.reachable())
                .setLeader(configuration.leader())
                .addAllVoters(configuration.voters())
                .setReplication(configuration.replication());
        for (AdminReply.Node node : configuration.nodes()) {
            wire.addNodesBuilder()
                    .setNode(node.node())
                    .setAddress(node.address())
                    .setConfigAddress(node.configAddress())
                    .setIncarnation(node.incarnation())
                    .setLeaving(node.leaving())
                    .setDraining(node.draining())
                    .setLost(node.lost());
        }
        for (AdminReply.Shard shard : configuration.shards()) {
            wire.addShardsBuilder()
                    .setShard(shard.shard())
                    .setEpoch(shard.epoch())
                    .addAllMembers(shard.members())
                    .addAllWanted(shard.wanted())
                    .addAllNext(shard.next())
                    .setAttempt(shard.attempt())
                    .setSettled(shard.settled())
                    .addAllAwaited(shard.awaited());
        }
        return wire.build();
    }

    private static AdminProto.AdminReply.Replica encode(AdminReply.Replica replica) {
        AdminProto.AdminReply.Replica.Builder wire = AdminProto.AdminReply.Replica.newBuilder()
                .setShard(replica.shard())
                .setEpoch(replica.epoch())
                .setStanding(encode(replica.standing()))
                .setLogEnd(replica.logEnd())
                .setHeld(replica.held())
                .setUndecided(replica.undecided())
                .setRecords(replica.records())
                .setDiskBytes(replica.diskBytes())
                .setHash(replica.hash());
        for (AdminReply.Pulled pulled : replica.behind()) {
            wire.addBehindBuilder().setPeer(pulled.peer()).setBehind(pulled.behind());
        }
        return wire.build();
    }

    private static AdminProto.AdminReply.Replica.Standing encode(AdminReply.Standing standing) {
        return switch (standing) {
            case JOINING -> AdminProto.AdminReply.Replica.Standing.JOINING;
            case SERVING -> AdminProto.AdminReply.Replica.Standing.SERVING;
            case SEALED -> AdminProto.AdminReply.Replica.Standing.SEALED;
            case DRAINING -> AdminProto.AdminReply.Replica.Standing.DRAINING;
            case STOPPED -> AdminProto.AdminReply.Replica.Standing.STOPPED;
        };
    }

    private static AdminProto.AdminReply.Running encode(AdminReply.Running running) {
        return AdminProto.AdminReply.Running.newBuilder()
                .setShard(running.shard())
                .setEpoch(running.epoch())
                .addAllNext(running.next())
                .setPhase(running.phase())
                .setDone(running.done())
                .setOf(running.of())
                .setUnit(running.unit())
                .setMillis(running.millis())
                .setTries(running.tries())
                .setTrouble(running.trouble())
                .build();
    }

    static AdminReply.NodeStatus decode(AdminProto.AdminReply.NodeStatus wire, Place at) {
        at.message("NodeStatus");
        int number = node("node", wire.getNode(), at);
        long uptime = count("uptime_millis", wire.getUptimeMillis(), at);
        at.field("configuration");
        at.requirePresent(wire.hasConfiguration());
        at.field("replicas");
        at.requireCount(wire.getReplicasCount(), Topology.SHARDS_MAX);
        at.field("running");
        at.requireCount(wire.getRunningCount(), Topology.SHARDS_MAX);
        List<AdminReply.Replica> replicas = new ArrayList<>(wire.getReplicasCount());
        wire.getReplicasList().forEach(replica -> replicas.add(replica(replica, at)));
        List<AdminReply.Running> running = new ArrayList<>(wire.getRunningCount());
        wire.getRunningList().forEach(one -> running.add(running(one, at)));
        return new AdminReply.NodeStatus(
                number,
                wire.getIncarnation(),
                wire.getCluster(),
                wire.getAddress(),
                uptime,
                configuration(wire.getConfiguration(), at),
                replicas,
                running,
                wire.getNote());
    }

    private static AdminReply.Configuration configuration(AdminProto.AdminReply.Configuration wire, Place at) {
        at.message("Configuration");
        at.field("nodes");
        at.requireCount(wire.getNodesCount(), Topology.NODES_MAX);
        at.field("shards");
        at.requireCount(wire.getShardsCount(), Topology.SHARDS_MAX);
        long version = count("version", wire.getVersion(), at);
        int leader = (int) count("leader", wire.getLeader(), at);
        List<Integer> voters = nodes("voters", wire.getVotersList(), at);
        int replication = (int) count("replication", wire.getReplication(), at);
        List<AdminReply.Node> nodes = new ArrayList<>(wire.getNodesCount());
        wire.getNodesList().forEach(one -> nodes.add(nodeOf(one, at)));
        List<AdminReply.Shard> shards = new ArrayList<>(wire.getShardsCount());
        wire.getShardsList().forEach(one -> shards.add(shardOf(one, at)));
        return new AdminReply.Configuration(version, wire.getReachable(), leader, voters, replication, nodes, shards);
    }

    private static AdminReply.Node nodeOf(AdminProto.AdminReply.Node wire, Place at) {
        at.message("Node");
        return new AdminReply.Node(
                node("node", wire.getNode(), at),
                wire.getAddress(),
                wire.getConfigAddress(),
                wire.getIncarnation(),
                wire.getLeaving(),
                wire.getDraining(),
                wire.getLost());
    }

    private static AdminReply.Shard shardOf(AdminProto.AdminReply.Shard wire, Place at) {
        at.message("Shard");
        return new AdminReply.Shard(
                shard("shard", wire.getShard(), at),
                count("epoch", wire.getEpoch(), at),
                nodes("members", wire.getMembersList(), at),
                nodes("wanted", wire.getWantedList(), at),
                nodes("next", wire.getNextList(), at),
                count("attempt", wire.getAttempt(), at),
                wire.getSettled(),
                nodes("awaited", wire.getAwaitedList(), at));
    }

    private static AdminReply.Replica replica(AdminProto.AdminReply.Replica wire, Place at) {
        at.message("Replica");
        at.field("behind");
        at.requireCount(wire.getBehindCount(), Topology.NODES_MAX);
        List<AdminReply.Pulled> behind = new ArrayList<>(wire.getBehindCount());
        for (AdminProto.AdminReply.Pulled pulled : wire.getBehindList()) {
            behind.add(new AdminReply.Pulled(
                    node("behind", pulled.getPeer(), at), count("behind", pulled.getBehind(), at)));
        }
        return new AdminReply.Replica(
                shard("shard", wire.getShard(), at),
                count("epoch", wire.getEpoch(), at),
                standing(wire, at),
                count("log_end", wire.getLogEnd(), at),
                behind,
                count("held", wire.getHeld(), at),
                count("undecided", wire.getUndecided(), at),
                count("records", wire.getRecords(), at),
                count("disk_bytes", wire.getDiskBytes(), at),
                wire.getHash());
    }

    private static AdminReply.Standing standing(AdminProto.AdminReply.Replica wire, Place at) {
        return switch (wire.getStanding()) {
            case JOINING -> AdminReply.Standing.JOINING;
            case SERVING -> AdminReply.Standing.SERVING;
            case SEALED -> AdminReply.Standing.SEALED;
            case DRAINING -> AdminReply.Standing.DRAINING;
            case STOPPED -> AdminReply.Standing.STOPPED;
            case STANDING_UNSPECIFIED, UNRECOGNIZED -> {
                at.field("standing");
                throw at.malformed("is of no known kind");
            }
        };
    }

    private static AdminReply.Running running(AdminProto.AdminReply.Running wire, Place at) {
        at.message("Running");
        return new AdminReply.Running(
                shard("shard", wire.getShard(), at),
                count("epoch", wire.getEpoch(), at),
                nodes("next", wire.getNextList(), at),
                wire.getPhase(),
                count("done", wire.getDone(), at),
                count("of", wire.getOf(), at),
                wire.getUnit(),
                count("millis", wire.getMillis(), at),
                (int) count("tries", wire.getTries(), at),
                wire.getTrouble());
    }
}
