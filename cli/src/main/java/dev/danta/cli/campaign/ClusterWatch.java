package dev.danta.cli.campaign;

import dev.danta.testkit.fault.NodeProcesses;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.transport.AdminClient;
import dev.danta.wire.transport.AdminUnreachableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks nodes how they are and to do things, again and again within a campaign's patience. For one thread. */
final class ClusterWatch {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);
    private static final Duration CHANGE_WITHIN = Duration.ofSeconds(10);
    private static final Duration HASHES_WITHIN = Duration.ofSeconds(60);
    private static final Duration BETWEEN_CLOSE_LOOKS = Duration.ofMillis(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final NodeProcesses nodes;
    private final SortedSet<Integer> members = new TreeSet<>();
    private final Duration patience;

    ClusterWatch(NodeProcesses nodes, Duration patience) {
        this.nodes = nodes;
        this.patience = patience;
    }

    /** The nodes that are asked. */
    SortedSet<Integer> members() {
        return members;
    }

    Optional<AdminReply.NodeStatus> status(int node) {
        return status(node, false);
    }

    private Optional<AdminReply.NodeStatus> status(int node, boolean hashes) {
        try {
            AdminReply reply = AdminClient.ask(
                    HostAndPort.parse(nodes.address(node)),
                    "",
                    new AdminRequest.Status(hashes),
                    hashes ? HASHES_WITHIN : ANSWER_WITHIN);
            return reply instanceof AdminReply.NodeStatus status ? Optional.of(status) : Optional.empty();
        } catch (AdminUnreachableException away) {
            return Optional.empty();
        }
    }

    /** The newest configuration that anybody knows. */
    Optional<AdminReply.Configuration> configuration() {
        AdminReply.@Nullable Configuration newest = null;
        for (int node : members) {
            AdminReply.Configuration known = nodes.isRunning(node)
                    ? status(node).map(AdminReply.NodeStatus::configuration).orElse(null)
                    : null;
            if (known != null && (newest == null || known.version() > newest.version())) {
                newest = known;
            }
        }
        return Optional.ofNullable(newest);
    }

    /** Who looks after changes, as far as anybody knows. */
    Optional<Integer> leader() {
        return configuration().map(AdminReply.Configuration::leader).filter(leader -> leader > 0);
    }

    /** What changes are doing, from whoever does them. */
    List<AdminReply.Running> running() {
        List<AdminReply.Running> running = new ArrayList<>();
        for (int node : members) {
            if (nodes.isRunning(node)) {
                status(node).ifPresent(status -> running.addAll(status.running()));
            }
        }
        return running;
    }

    /** Waits until that is so; {@code what} is to be. */
    void await(String what, Supplier<Boolean> condition) throws InterruptedException {
        await(() -> what, condition, BETWEEN_LOOKS);
    }

    /** Waits until there is one; whoever asked once more might not get it again where nodes are slow. */
    <T> T awaitPresent(String what, Supplier<Optional<T>> seen) throws InterruptedException {
        AtomicReference<@Nullable T> last = new AtomicReference<>();
        await(what, () -> {
            last.set(seen.get().orElse(null));
            return last.get() != null;
        });
        return Objects.requireNonNull(last.get());
    }

    /** As in {@link #await}, for what is soon over: the nodes are asked so often that it takes some of their time. */
    void awaitClosely(String what, Supplier<Boolean> condition) throws InterruptedException {
        await(() -> what, condition, BETWEEN_CLOSE_LOOKS);
    }

    private void await(Supplier<String> what, Supplier<Boolean> condition, Duration betweenLooks)
            throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.get()) {
            if (System.nanoTime() - end > 0) {
                throw new CampaignException("not within " + patience.toSeconds() + " s: " + what.get() + "; "
                        + configuration().map(Object::toString).orElse("nobody answers"));
            }
            pause(betweenLooks);
        }
    }

    static void pause() throws InterruptedException {
        pause(BETWEEN_LOOKS);
    }

    private static void pause(Duration duration) throws InterruptedException {
        LockSupport.parkNanos(duration.toNanos());
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Waits until the configuration is like that, with nothing left to be done for any shard. */
    void awaitSettled(String what, Predicate<AdminReply.Configuration> condition) throws InterruptedException {
        await(
                what,
                () -> configuration()
                        .filter(now -> condition.test(now)
                                && now.shards().stream()
                                        .allMatch(shard -> shard.settled()
                                                && shard.next().isEmpty()
                                                && new TreeSet<>(shard.members())
                                                        .equals(new TreeSet<>(shard.wanted()))))
                        .isPresent());
    }

    /** Starts the nodes from 1 to {@code founders} as a cluster, and waits until each is a member of every shard. */
    void found(String cluster, int founders, int shards) throws InterruptedException {
        nodes.start(
                1,
                "--init",
                cluster,
                "--shards",
                Integer.toString(shards),
                "--replication",
                Integer.toString(founders));
        members.add(1);
        nodes.awaitListening(1, patience);
        for (int node = 2; node <= founders; node++) {
            nodes.start(node, "--join", nodes.address(1));
            members.add(node);
        }
        awaitSettled(
                "every shard has " + founders + " members",
                now -> now.nodes().size() == founders
                        && now.shards().stream()
                                .allMatch(shard -> shard.members().size() == founders));
    }

    /** Waits until a node serves all that it is a member of. */
    void awaitServing(int node) throws InterruptedException {
        await(
                "node " + node + " serves",
                () -> status(node)
                        .filter(status -> {
                            List<Integer> member = status.configuration().shards().stream()
                                    .filter(shard -> shard.members().contains(node))
                                    .map(AdminReply.Shard::shard)
                                    .toList();
                            List<Integer> serving = status.replicas().stream()
                                    .filter(replica -> replica.standing() == AdminReply.Standing.SERVING)
                                    .map(AdminReply.Replica::shard)
                                    .toList();
                            return !status.configuration().shards().isEmpty() && serving.containsAll(member);
                        })
                        .isPresent());
    }

    /** Has something done; whoever is asked may be away or without a majority for a while. */
    void order(AdminRequest request) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        String last = "nobody runs";
        while (System.nanoTime() - end < 0) {
            for (int node : members) {
                if (!nodes.isRunning(node)) {
                    continue;
                }
                try {
                    AdminReply reply =
                            AdminClient.ask(HostAndPort.parse(nodes.address(node)), "", request, CHANGE_WITHIN);
                    if (reply instanceof AdminReply.Done) {
                        return;
                    }
                    last = reply.toString();
                    if (reply instanceof AdminReply.Refused refused
                            && refused.kind() != AdminReply.Refused.Kind.UNAVAILABLE) {
                        throw new CampaignException(request + " was refused: " + refused.why());
                    }
                } catch (AdminUnreachableException away) {
                    last = String.valueOf(away.getMessage());
                }
            }
            pause();
        }
        throw new CampaignException(request + " was not done within " + patience.toSeconds() + " s: " + last);
    }

    /** Waits until all members of each shard hold the same; returns how long that took and what they hold, in words. */
    String awaitEqualHashes() throws InterruptedException {
        SortedMap<Integer, SortedMap<Integer, String>> last = new TreeMap<>();
        await(
                () -> "all members of each shard hold the same: " + last,
                () -> {
                    last.clear();
                    last.putAll(hashes());
                    return areEqual(last);
                },
                BETWEEN_LOOKS);
        return "equal in all " + last.size() + " shards";
    }

    private static boolean areEqual(SortedMap<Integer, SortedMap<Integer, String>> hashes) {
        return !hashes.isEmpty()
                && hashes.values().stream()
                        .allMatch(shard -> new TreeSet<>(shard.values()).size() == 1
                                && shard.values().stream().noneMatch(String::isEmpty));
    }

    /** By shard, and by the node that is a member of it; empty where a member does not say. */
    private SortedMap<Integer, SortedMap<Integer, String>> hashes() {
        SortedMap<Integer, SortedMap<Integer, String>> hashes = new TreeMap<>();
        Optional<AdminReply.Configuration> now = configuration();
        if (now.isEmpty()) {
            return hashes;
        }
        SortedMap<Integer, AdminReply.NodeStatus> all = new TreeMap<>();
        for (int node : members) {
            status(node, true).ifPresent(status -> all.put(node, status));
        }
        for (AdminReply.Shard shard : now.get().shards()) {
            SortedMap<Integer, String> ofShard = new TreeMap<>();
            for (int member : shard.members()) {
                AdminReply.@Nullable NodeStatus status = all.get(member);
                ofShard.put(
                        member,
                        status == null
                                ? ""
                                : status.replicas().stream()
                                        .filter(replica -> replica.shard() == shard.shard()
                                                && replica.standing() == AdminReply.Standing.SERVING)
                                        .map(AdminReply.Replica::hash)
                                        .findFirst()
                                        .orElse(""));
            }
            hashes.put(shard.shard(), ofShard);
        }
        return hashes;
    }
}
