package dev.danta.cli.status;

import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Asks all nodes of a cluster at once how they are. It begins with those that it is given, and asks whomever it hears of: so
 * one that lives is enough, and those that do not answer cost their patience once, all together.
 */
public final class Survey {
    /** How long a node may take; with hashes it has to read all that it holds. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration HASHES = Duration.ofSeconds(60);

    private final Nodes nodes;
    private final List<HostAndPort> seeds;

    public Survey(Nodes nodes, List<HostAndPort> seeds) {
        this.nodes = nodes;
        this.seeds = List.copyOf(seeds);
    }

    /** Why there is no overview; the message is one sentence. */
    public static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final boolean isUsage;

        FailedException(boolean isUsage, String message) {
            super(message);
            this.isUsage = isUsage;
        }

        /** Whether what was asked for makes no sense, rather than that nobody answered. */
        public boolean isUsage() {
            return isUsage;
        }
    }

    /**
     * Asks them.
     *
     * @throws FailedException if none of the seeds answers, or if they belong to no cluster or to different ones
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public Overview take(boolean hashes) throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "danta-survey");
            thread.setDaemon(true);
            return thread;
        });
        try {
            return new Round(threads, hashes).run();
        } finally {
            threads.shutdownNow();
        }
    }

    /** What came of asking one. */
    private record Heard(HostAndPort address, @Nullable AdminReply reply, String why) {}

    private final class Round {
        private final ExecutorService threads;
        private final boolean hashes;
        private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
        private final Map<HostAndPort, String> asked = new LinkedHashMap<>();
        private final Map<HostAndPort, AdminReply.NodeStatus> answers = new LinkedHashMap<>();
        private int waiting;
        private String cluster = "";

        Round(ExecutorService threads, boolean hashes) {
            this.threads = threads;
            this.hashes = hashes;
        }

        Overview run() throws InterruptedException {
            seeds.forEach(this::ask);
            while (waiting > 0) {
                Heard one = heard.take();
                waiting--;
                if (one.reply() instanceof AdminReply.NodeStatus status) {
                    take(one.address(), status);
                } else {
                    asked.put(one.address(), one.why());
                }
            }
            if (cluster.isEmpty()) {
                throw new FailedException(false, whyNothing());
            }
            return overview();
        }

        private void ask(HostAndPort node) {
            if (asked.putIfAbsent(node, "") != null) {
                return;
            }
            waiting++;
            String expected = cluster;
            threads.execute(() -> heard.add(answerOf(node, expected)));
        }

        private Heard answerOf(HostAndPort node, String expected) {
            try {
                AdminReply reply =
                        nodes.ask(node, expected, new AdminRequest.Status(hashes), hashes ? HASHES : PATIENCE);
                if (reply instanceof AdminReply.Refused refused) {
                    return new Heard(node, null, refused.why());
                }
                return reply instanceof AdminReply.NodeStatus
                        ? new Heard(node, reply, "")
                        : new Heard(node, null, "answered something else than was asked");
            } catch (NoAnswerException silent) {
                return new Heard(node, null, String.valueOf(silent.getMessage()));
            }
        }

        private void take(HostAndPort from, AdminReply.NodeStatus status) {
            if (status.cluster().isEmpty()) {
                asked.put(from, "node " + status.node() + " belongs to no cluster yet");
                return;
            }
            if (cluster.isEmpty()) {
                cluster = status.cluster();
            } else if (!cluster.equals(status.cluster())) {
                if (seeds.contains(from)) {
                    throw new FailedException(
                            true,
                            from + " belongs to cluster " + status.cluster() + ", others of --at to cluster " + cluster
                                    + ": ask one cluster at a time");
                }
                asked.put(from, "there is a node of cluster " + status.cluster() + " at this address");
                return;
            }
            answers.put(from, status);
            status.configuration().nodes().stream()
                    .map(node -> HostAndPort.parse(node.address()))
                    .filter(address -> answers.values().stream()
                            .noneMatch(answer -> address.toString().equals(answer.address())))
                    .forEach(this::ask);
        }

        private String whyNothing() {
            List<String> reasons = new ArrayList<>();
            asked.forEach((node, why) -> reasons.add(node + ": " + why));
            return reasons.size() == 1
                    ? "nothing is known of the cluster: " + reasons.get(0)
                    : "none of these tells of a cluster: " + String.join("; ", reasons);
        }

        private Overview overview() {
            AdminReply.NodeStatus newest = answers.values().stream()
                    .reduce((one, other) -> other.configuration().version()
                                    > one.configuration().version()
                            ? other
                            : one)
                    .orElseThrow();
            AdminReply.Configuration configuration = reached(newest.configuration());
            SortedMap<Integer, Overview.Seen> seen = new TreeMap<>();
            for (AdminReply.Node node : configuration.nodes()) {
                String why = asked.getOrDefault(HostAndPort.parse(node.address()), "");
                seen.put(node.node(), new Overview.Seen.Silent(why.isEmpty() ? "did not answer" : why));
            }
            answers.values().forEach(status -> seen.put(status.node(), new Overview.Seen.Up(status)));
            return new Overview(cluster, configuration, seen);
        }

        /** Whether a majority answers is better known to the one that has just heard of it. */
        private AdminReply.Configuration reached(AdminReply.Configuration newest) {
            List<AdminReply.Configuration> same = answers.values().stream()
                    .map(AdminReply.NodeStatus::configuration)
                    .filter(one -> one.version() == newest.version() && one.reachable())
                    .toList();
            return newest.reachable() || same.isEmpty() ? newest : same.get(0);
        }
    }
}
