package dev.danta.cli.status;

import dev.danta.wire.admin.AdminReply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cluster as its nodes together describe it. What takes long is asked of one node after the other, so what two of them
 * say need not be of the same moment.
 *
 * @param configuration the newest that any of them knows
 * @param nodes those that the configuration names, and whoever else answered as one of this cluster
 */
public record Overview(String cluster, AdminReply.Configuration configuration, SortedMap<Integer, Seen> nodes) {
    public Overview {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    }

    /** How a node was found. */
    public sealed interface Seen {
        /** It answered. */
        record Up(AdminReply.NodeStatus status) implements Seen {}

        /**
         * It did not.
         *
         * @param why in a few words
         */
        record Silent(String why) implements Seen {}
    }

    /**
     * A replica and whose it is.
     *
     * @param node that has it
     */
    public record Placed(int node, AdminReply.Replica replica) {
        /** How much of another's log it still has to pull, of the one of which it lacks most. */
        public long behind() {
            return replica.behind().stream()
                    .mapToLong(AdminReply.Pulled::behind)
                    .max()
                    .orElse(0);
        }
    }

    /** What the configuration has of a node; nothing of one that is not in it. */
    public Optional<AdminReply.Node> entry(int node) {
        return configuration.nodes().stream()
                .filter(entry -> entry.node() == node)
                .findFirst();
    }

    /** What the node said, if it answered. */
    public Optional<AdminReply.NodeStatus> status(int node) {
        return nodes.get(node) instanceof Seen.Up up ? Optional.of(up.status()) : Optional.empty();
    }

    /** Where the node is reached, as far as anybody says. */
    public String address(int node) {
        return entry(node)
                .map(AdminReply.Node::address)
                .or(() -> status(node).map(AdminReply.NodeStatus::address))
                .orElse("?");
    }

    /** The replicas of the nodes that answered. */
    public List<Placed> replicas(int shard) {
        List<Placed> replicas = new ArrayList<>();
        nodes.forEach((node, seen) -> replicasOf(node).stream()
                .filter(placed -> placed.replica().shard() == shard)
                .forEach(replicas::add));
        return replicas;
    }

    List<Placed> replicasOf(int node) {
        return status(node).map(AdminReply.NodeStatus::replicas).orElse(List.of()).stream()
                .map(replica -> new Placed(node, replica))
                .toList();
    }

    /** What is being done, by shard: who leads knows best, another may not have noticed that it does not any more. */
    public List<AdminReply.Running> changes() {
        SortedMap<Integer, AdminReply.Running> changes = new TreeMap<>();
        nodes.keySet().forEach(node -> running(node).forEach(running -> changes.put(running.shard(), running)));
        running(configuration.leader()).forEach(running -> changes.put(running.shard(), running));
        return List.copyOf(changes.values());
    }

    private List<AdminReply.Running> running(int node) {
        return status(node).map(AdminReply.NodeStatus::running).orElse(List.of());
    }

    /** Whether every shard is as it is wanted. */
    public boolean isSettled() {
        return configuration.shards().stream().allMatch(AdminReply.Shard::settled);
    }

    /** Whether that many nodes are there, answer, and have every shard among as many of them as it is to have. */
    public boolean isComplete(int count) {
        int most = Math.min(configuration.replication(), count);
        int members = most % 2 == 0 ? most - 1 : most;
        return configuration.nodes().size() == count
                && nodes.keySet().stream().allMatch(node -> status(node).isPresent())
                && isSettled()
                && configuration.shards().stream()
                        .allMatch(shard -> shard.members().size() == members && serving(shard) == members);
    }

    /** How many of the members of a shard answer and serve. */
    int serving(AdminReply.Shard shard) {
        return (int) replicas(shard.shard()).stream()
                .filter(placed -> shard.members().contains(placed.node())
                        && placed.replica().standing() == AdminReply.Standing.SERVING
                        && placed.replica().epoch() == shard.epoch())
                .count();
    }

    /** The members of a shard that do not answer. */
    List<Integer> silentMembers(AdminReply.Shard shard) {
        return shard.members().stream()
                .filter(member -> status(member).isEmpty())
                .toList();
    }

    /** Whether too few members of a shard serve for anything to be agreed on it, and that is not about to change. */
    boolean isStuck(AdminReply.Shard shard) {
        return serving(shard) <= shard.members().size() / 2
                && shard.next().isEmpty()
                && changes().stream().noneMatch(change -> change.shard() == shard.shard());
    }

    /** What is not as it should be, each in a sentence; what a change under way explains is not among it. */
    public List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        nodes.forEach((node, seen) -> {
            if (seen instanceof Seen.Silent silent) {
                troubles.add("node " + node + " (" + address(node) + "): " + silent.why());
            }
        });
        nodes.keySet()
                .forEach(node -> status(node)
                        .map(AdminReply.NodeStatus::note)
                        .filter(note -> !note.isEmpty())
                        .ifPresent(note -> troubles.add("node " + node + ": " + note)));
        if (!configuration.reachable()) {
            troubles.add("the configuration has no majority: operations go on, changes wait until more of its voters ("
                    + Words.list(configuration.voters()) + ") are back");
        }
        addStuck(troubles);
        addDifferent(troubles);
        return troubles;
    }

    private void addStuck(List<String> troubles) {
        for (Words.Range range : Words.ranges(configuration.shards().stream()
                .filter(this::isStuck)
                .map(AdminReply.Shard::shard)
                .toList())) {
            troubles.add(range.named("shard", "shards") + (range.isOne() ? " serves" : " serve")
                    + " nothing strict: too few of the members answer and serve");
        }
    }

    private void addDifferent(List<String> troubles) {
        for (AdminReply.Shard shard : configuration.shards()) {
            List<Placed> hashed = replicas(shard.shard()).stream()
                    .filter(placed -> shard.members().contains(placed.node())
                            && !placed.replica().hash().isEmpty())
                    .toList();
            if (hashed.stream()
                            .map(placed -> placed.replica().hash())
                            .distinct()
                            .count()
                    > 1) {
                troubles.add("the replicas of shard " + shard.shard() + " differ: "
                        + String.join(
                                ", ",
                                hashed.stream()
                                        .map(placed -> "node " + placed.node() + " "
                                                + Words.start(placed.replica().hash()))
                                        .toList())
                        + " (those that are behind, or write meanwhile, do for a moment)");
            }
        }
    }
}
