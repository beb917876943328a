package dev.danta.cli;

import dev.danta.cli.status.Nodes;
import dev.danta.cli.status.Overview;
import dev.danta.cli.status.Screen;
import dev.danta.cli.status.Survey;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a change does, look after look. For one thread. */
final class ClusterProgress {
    private static final long BETWEEN_LOOKS_MILLIS = 300;

    private final Overview before;
    private final Nodes nodes;
    private List<HostAndPort> seeds;
    private @Nullable Overview latest;
    private String silence = "";

    ClusterProgress(Overview before, List<HostAndPort> seeds, Nodes nodes) {
        this.before = before;
        this.seeds = List.copyOf(seeds);
        this.nodes = nodes;
    }

    /** Looks again. Whom one began with may have left meanwhile: so those of the last look are asked as well. */
    void look() throws InterruptedException {
        try {
            Overview seen = new Survey(nodes, seeds).take(false);
            latest = seen;
            silence = "";
            List<HostAndPort> known = new ArrayList<>(seeds);
            seen.configuration().nodes().stream()
                    .map(node -> HostAndPort.parse(node.address()))
                    .filter(address -> !known.contains(address))
                    .forEach(known::add);
            seeds = known;
        } catch (Survey.FailedException silent) {
            silence = String.valueOf(silent.getMessage());
        }
    }

    /** What the last look that came to something saw. */
    Optional<Overview> latest() {
        return Optional.ofNullable(latest);
    }

    /** How it is going. */
    String line() {
        Overview seen = latest;
        if (!silence.isEmpty() || seen == null) {
            return silence;
        }
        List<AdminReply.Shard> open = seen.configuration().shards().stream()
                .filter(shard -> !shard.settled())
                .toList();
        List<AdminReply.Running> running = seen.changes();
        if (!running.isEmpty()) {
            AdminReply.Running first = running.get(0);
            return remaining(open.size()) + "shard " + first.shard() + ": " + first.phase()
                    + Screen.progress(first)
                    + (first.trouble().isEmpty() ? "" : " (" + first.trouble() + ")");
        }
        List<Integer> awaited = open.stream()
                .flatMap(shard -> shard.awaited().stream())
                .distinct()
                .sorted()
                .toList();
        if (!awaited.isEmpty()) {
            return remaining(open.size()) + "waiting for " + (awaited.size() == 1 ? "node " : "nodes ")
                    + String.join(", ", awaited.stream().map(String::valueOf).toList());
        }
        return open.isEmpty() ? "waiting for the configuration" : remaining(open.size()) + "waiting for its turn";
    }

    private static String remaining(int shards) {
        return shards == 1 ? "1 shard to go; " : shards + " shards to go; ";
    }

    /** What is different from the beginning, a line for each shard. */
    List<String> changed() {
        List<String> lines = new ArrayList<>();
        Overview seen = latest;
        if (seen == null) {
            return lines;
        }
        for (AdminReply.Shard shard : seen.configuration().shards()) {
            before.configuration().shards().stream()
                    .filter(one -> one.shard() == shard.shard() && one.epoch() != shard.epoch())
                    .forEach(one -> lines.add("shard " + shard.shard() + ": " + numbers(one.members()) + " -> "
                            + numbers(shard.members()) + ", epoch " + shard.epoch()));
        }
        return lines;
    }

    private static String numbers(List<Integer> numbers) {
        return String.join(" ", numbers.stream().map(String::valueOf).toList());
    }

    static void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
