package dev.danta.cli.campaign;

import dev.danta.bench.ClusterTarget;
import dev.danta.bench.Judged;
import dev.danta.bench.LoadListener;
import dev.danta.bench.LoadRun;
import dev.danta.bench.Measurement;
import dev.danta.bench.Transcript;
import dev.danta.bench.TransferWorkload;
import dev.danta.cli.campaign.CampaignReport.Deed;
import dev.danta.cli.campaign.CampaignSettings.Chapter;
import dev.danta.client.DantaClient;
import dev.danta.testkit.fault.NodeProcesses;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs a campaign: cluster, load, chapters, verdict. To be used once, by one thread. */
public final class Campaign {
    private static final String CLUSTER = "campaign";
    private static final String CALM = "calm";
    private static final int FOUNDERS = 3;
    private static final int REFUSED = 2;

    /** At which moments of changes whoever drives them is killed. */
    private static final List<List<String>> DRIVER_DIES_IN = List.of(
            List.of("copying"),
            List.of("sealing", "merging"),
            List.of("installing"),
            List.of("activating", "finishing"));

    /** Between nodes, while drivers die: or the moments after the copying would be over before anybody has seen them. */
    private static final Duration NODES_APART = Duration.ofMillis(15);

    /** How many changes are made for each of these moments, until it is seen. */
    private static final int DRIVER_TRIES_MAX = 6;

    private final CampaignSettings settings;
    private final Teller teller;
    private final NodeProcesses nodes;
    private final ClusterWatch watch;
    private final Transcript transcript;
    private final List<Deed> deeds = new ArrayList<>();
    private final AtomicReference<@Nullable Exception> loadFailed = new AtomicReference<>();
    private int lastNode;
    private @Nullable LoadRun run;
    private volatile String doing = CALM;

    /** Is told how it goes, by several threads. */
    public interface Teller {
        /** This has happened. */
        void tell(String line);

        /** It is going like this; the next one takes its place. */
        void show(String line);
    }

    /** A campaign with nodes started by {@code program}: {@link NodeProcesses#thisJava}. */
    public Campaign(CampaignSettings settings, List<String> program, Teller teller) {
        this.settings = settings;
        this.teller = teller;
        this.nodes = new NodeProcesses(settings.folder(), program);
        this.watch = new ClusterWatch(nodes, settings.patience());
        this.transcript = new Transcript(settings.historyMax());
    }

    /**
     * Does all of it, and ends every node.
     *
     * @throws CampaignException if the cluster does not come about, so that there is nothing to judge
     * @throws IOException if the history cannot be written
     */
    public CampaignReport run() throws InterruptedException, IOException {
        List<ClusterTarget> targets = new ArrayList<>();
        try {
            TransferWorkload workload = settings.workload();
            found();
            List<String> seeds = watch.members().stream().map(nodes::address).toList();
            DantaClient client = DantaClient.builder()
                    .endpoints(seeds)
                    .deadline(settings.patience())
                    .build();
            targets.add(new ClusterTarget(client, "campaign", CampaignSettings.OPERATION_DEADLINE));
            LoadRun made = LoadRun.against(targets, workload, settings.load(), new Watching(), transcript);
            run = made;
            timed(String.format(Locale.ROOT, "%,d accounts filled", settings.accounts()), made::prepare);
            return judgedUnderLoad(made);
        } finally {
            targets.forEach(ClusterTarget::close);
            nodes.close();
        }
    }

    private Path historyFile() {
        return settings.folder().resolve("history.jsonl.gz");
    }

    /** Whatever goes wrong: what clients were told up to then is kept. */
    private CampaignReport judgedUnderLoad(LoadRun made) throws InterruptedException, IOException {
        try {
            return underLoad(made);
        } catch (RuntimeException | InterruptedException failed) {
            try {
                transcript.write(historyFile(), settings.seed());
                teller.tell("what clients were told up to here is in " + historyFile());
            } catch (IOException unwritable) {
                failed.addSuppressed(unwritable);
            }
            throw failed;
        }
    }

    private CampaignReport underLoad(LoadRun made) throws InterruptedException, IOException {
        AtomicReference<@Nullable Measurement> measured = new AtomicReference<>();
        Thread load = new Thread(
                () -> {
                    try {
                        measured.set(made.run());
                    } catch (InterruptedException | RuntimeException failed) {
                        loadFailed.set(failed);
                    }
                },
                "campaign-load");
        load.start();
        String trouble = "";
        try {
            calm();
            for (Chapter chapter : settings.chapters()) {
                phase(chapter.name().toLowerCase(Locale.ROOT));
                tell(chapter);
                calm();
            }
        } catch (CampaignException failed) {
            trouble = String.valueOf(failed.getMessage());
            teller.tell("TROUBLE " + trouble);
        } finally {
            made.end();
            load.join();
        }
        Measurement measurement = measured.get();
        if (measurement == null) {
            throw new CampaignException("the load failed: " + loadFailed.get());
        }
        Measurement verified = made.verified(measurement);
        String hashes;
        try {
            hashes = watch.awaitEqualHashes();
        } catch (CampaignException different) {
            hashes = "NOT EQUAL " + different.getMessage();
            trouble = trouble.isEmpty() ? "the members of a shard do not hold the same" : trouble;
        }
        Judged judged = transcript.judge(historyFile(), settings.seed());
        if (transcript.isFull() && trouble.isEmpty()) {
            trouble = "the history was full before the end";
        }
        return new CampaignReport(deeds, verified, made.course(), judged, hashes, trouble);
    }

    /** Lets the load go on for a while. */
    private void calm() throws InterruptedException {
        phase(CALM);
        long end = System.nanoTime() + settings.calm().toNanos();
        while (end - System.nanoTime() > 0) {
            LockSupport.parkNanos(end - System.nanoTime());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void phase(String name) {
        doing = name;
        if (run != null) {
            run.phase(name);
        }
    }

    /** Something that takes a while. */
    private interface Doing {
        void run() throws InterruptedException;
    }

    private void timed(String what, Doing doing) throws InterruptedException {
        long start = System.nanoTime();
        doing.run();
        done(what, start);
    }

    private void done(String what, long start) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        deeds.add(new Deed(what, took));
        teller.tell(String.format(Locale.ROOT, "%s: %.1f s", what, took.toMillis() / 1e3));
    }

    private void found() throws InterruptedException {
        timed("a cluster of three nodes", () -> {
            watch.found(CLUSTER, FOUNDERS, settings.shards());
            lastNode = FOUNDERS;
        });
    }

    private void tell(Chapter chapter) throws InterruptedException {
        switch (chapter) {
            case ADD -> timed("node " + (lastNode + 1) + " added, and shards moved to it", this::add);
            case MOVE -> timed("a replica moved", this::move);
            case REPLACE -> replace();
            case REMOVE -> remove();
            case ROLLING -> rolling();
            case LEADER ->
                timed("node " + (lastNode + 1) + " added while the leader was killed", this::addWithoutLeader);
            case OUTAGE -> outage();
            case DRIVERS -> drivers();
            case COPY -> copy();
            case KILL -> kill();
            case PAUSE -> pause();
            case PART -> part();
        }
    }

    private void begin(int node) {
        lastNode = node;
        nodes.start(node, "--join", seeds());
        watch.members().add(node);
    }

    private String seeds() {
        return String.join(
                ",",
                watch.members().stream()
                        .filter(nodes::isRunning)
                        .map(nodes::address)
                        .toList());
    }

    private void awaitHome(int node) throws InterruptedException {
        watch.awaitSettled(
                "node " + node + " has replicas, and nothing is left to be done",
                now -> now.nodes().stream().anyMatch(one -> one.node() == node && !one.lost())
                        && now.shards().stream()
                                .anyMatch(shard -> shard.members().contains(node)));
    }

    private void add() throws InterruptedException {
        int node = lastNode + 1;
        begin(node);
        awaitHome(node);
    }

    private AdminReply.Configuration configuration() throws InterruptedException {
        return watch.awaitPresent("somebody knows the configuration", watch::configuration);
    }

    /** A move of one replica to a node that has none of that shard. */
    private AdminRequest.MoveShard aMove() throws InterruptedException {
        AdminReply.Configuration now = configuration();
        for (AdminReply.Shard shard : now.shards()) {
            for (AdminReply.Node to : now.nodes()) {
                if (!shard.members().contains(to.node()) && !to.leaving() && !to.lost()) {
                    int from =
                            shard.members().get(shard.shard() % shard.members().size());
                    return new AdminRequest.MoveShard(shard.shard(), from, to.node(), false);
                }
            }
        }
        throw new CampaignException("every node has a replica of every shard: nothing can be moved");
    }

    private void move() throws InterruptedException {
        AdminRequest.MoveShard move = aMove();
        watch.order(move);
        awaitMoved(move);
    }

    private void awaitMoved(AdminRequest.MoveShard move) throws InterruptedException {
        watch.awaitSettled(
                move.toString(),
                now -> now.shards().stream()
                        .anyMatch(shard -> shard.shard() == move.shard()
                                && shard.members().contains(move.to())
                                && !shard.members().contains(move.from())));
    }

    /** It must not start: what it says names the command that helps. */
    private void awaitRefusal(int node) throws InterruptedException {
        OptionalInt exit = nodes.awaitEnd(node, settings.patience());
        String words = nodes.lastWords(node);
        if (exit.isEmpty() || exit.getAsInt() != REFUSED || !words.contains("danta cluster replace " + node)) {
            throw new CampaignException("node " + node + " was to be refused, but "
                    + (exit.isEmpty() ? "runs" : "ended with " + exit.getAsInt()) + ": " + words);
        }
    }

    private void replaceNow(int node) throws InterruptedException {
        watch.order(new AdminRequest.Replace(node, false));
        nodes.start(node, "--join", seeds());
        awaitHome(node);
    }

    private void replace() throws InterruptedException {
        int node = 2;
        nodes.kill(node);
        nodes.wipe(node);
        timed("node " + node + " refused with an empty folder", () -> {
            nodes.start(node, "--join", seeds());
            awaitRefusal(node);
        });
        // Even a folder of its own making must not be taken for it later.
        nodes.wipe(node);
        timed("node " + node + " replaced", () -> replaceNow(node));
    }

    private void remove() throws InterruptedException {
        int node = lastNode;
        timed("node " + node + " removed", () -> {
            watch.order(new AdminRequest.Remove(node, false, false));
            watch.awaitSettled(
                    "node " + node + " is gone",
                    now -> now.nodes().stream().noneMatch(one -> one.node() == node)
                            && now.shards().stream()
                                    .noneMatch(shard -> shard.members().contains(node)));
        });
        watch.members().remove(node);
        if (nodes.isRunning(node)) {
            nodes.terminate(node);
        }
    }

    private void rolling() throws InterruptedException {
        timed("every node restarted, one after the other", () -> {
            for (int node : List.copyOf(watch.members())) {
                int exit = nodes.terminate(node);
                if (exit != 0) {
                    throw new CampaignException(
                            "node " + node + " was told to end, and ended with " + exit + ": " + nodes.lastWords(node));
                }
                nodes.start(node);
                watch.awaitServing(node);
            }
        });
    }

    private int leader() throws InterruptedException {
        return watch.awaitPresent("somebody leads", () -> watch.leader().filter(nodes::isRunning));
    }

    private void restart(int node) throws InterruptedException {
        nodes.start(node);
        watch.awaitServing(node);
    }

    private void addWithoutLeader() throws InterruptedException {
        int node = lastNode + 1;
        int leader = leader();
        begin(node);
        watch.await("a change is under way", () -> !watch.running().isEmpty());
        nodes.kill(leader);
        teller.tell("leader " + leader + " killed");
        awaitOthersSettledOn(node, leader);
        restart(leader);
        awaitHome(node);
    }

    /** Without the one that is away, changes go on. */
    private void awaitOthersSettledOn(int node, int away) throws InterruptedException {
        watch.await(
                "another leads, and node " + node + " has a replica",
                () -> watch.configuration()
                        .filter(now -> now.leader() > 0
                                && now.leader() != away
                                && now.shards().stream()
                                        .anyMatch(shard -> shard.members().contains(node)))
                        .isPresent());
    }

    private void outage() throws InterruptedException {
        List<String> all = watch.members().stream().map(NodeProcesses::party).toList();
        List<String> doors =
                watch.members().stream().map(NodeProcesses::configParty).toList();
        AdminRequest.MoveShard move = aMove();
        nodes.network().part(all, doors);
        timed("the configuration out of reach", () -> {
            long end = System.nanoTime() + settings.outage().toNanos();
            Thread orders = new Thread(() -> orderQuietly(move), "campaign-order");
            orders.start();
            while (end - System.nanoTime() > 0) {
                ClusterWatch.pause();
            }
            nodes.network().heal();
            orders.join();
        });
        timed("what was asked for meanwhile done", () -> {
            phase("outage-over");
            // It may have been taken after all, just before the deadline or just after.
            if (!isWanted(move)) {
                watch.order(move);
            }
            awaitMoved(move);
        });
    }

    /** Nobody can agree: whatever is answered, the order is given again afterwards. */
    private void orderQuietly(AdminRequest request) {
        try {
            ClusterWatch asking = new ClusterWatch(nodes, settings.outage());
            asking.members().addAll(watch.members());
            asking.order(request);
            teller.tell("taken at last: " + request);
        } catch (CampaignException notDone) {
            teller.tell("as it should be: " + notDone.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isWanted(AdminRequest.MoveShard move) {
        return watch.configuration()
                .filter(now -> now.shards().stream()
                        .anyMatch(shard -> shard.shard() == move.shard()
                                && shard.wanted().contains(move.to())
                                && !shard.wanted().contains(move.from())))
                .isPresent();
    }

    private void drivers() throws InterruptedException {
        delayBetweenNodes(NODES_APART);
        for (List<String> phases : DRIVER_DIES_IN) {
            boolean killed = false;
            for (int i = 0; i < DRIVER_TRIES_MAX && !killed; i++) {
                killed = moveWithoutDriver(aMove(), phases);
            }
            if (!killed) {
                throw new CampaignException("nobody was seen " + String.join(" or ", phases) + " in " + DRIVER_TRIES_MAX
                        + " changes: they are over too fast");
            }
        }
        delayBetweenNodes(Duration.ZERO);
    }

    /** Returns whether its driver was seen then, and killed. */
    private boolean moveWithoutDriver(AdminRequest.MoveShard move, List<String> phases) throws InterruptedException {
        long start = System.nanoTime();
        watch.order(move);
        Driver[] seen = new Driver[1];
        watch.awaitClosely("a change is " + phases, () -> {
            seen[0] = driverIn(phases);
            return seen[0] != null || isDone(move);
        });
        Driver driver = seen[0];
        if (driver == null) {
            teller.tell("too fast: nobody was seen " + String.join(" or ", phases));
            return false;
        }
        nodes.kill(driver.node());
        teller.tell("driver " + driver.node() + " killed " + driver.phase());
        watch.await(
                "another leads",
                () -> watch.leader().filter(leader -> leader != driver.node()).isPresent());
        restart(driver.node());
        awaitMoved(move);
        done("a replica moved while its driver was killed " + driver.phase(), start);
        return true;
    }

    private void delayBetweenNodes(Duration delay) {
        for (int from : watch.members()) {
            for (int to : watch.members()) {
                if (from != to) {
                    nodes.network().delay(NodeProcesses.party(from), NodeProcesses.party(to), delay);
                }
            }
        }
    }

    private boolean isDone(AdminRequest.MoveShard move) {
        return watch.configuration()
                .filter(now -> now.shards().stream()
                        .anyMatch(shard -> shard.shard() == move.shard()
                                && shard.settled()
                                && shard.members().contains(move.to())
                                && !shard.members().contains(move.from())))
                .isPresent();
    }

    /**
     * Who does a change.
     *
     * @param phase of it when it was seen
     */
    private record Driver(int node, String phase) {}

    /** The node that drives a change which is in one of these phases. */
    private @Nullable Driver driverIn(List<String> phases) {
        for (int node : watch.members()) {
            Optional<String> phase = nodes.isRunning(node)
                    ? watch.status(node).stream()
                            .flatMap(status -> status.running().stream())
                            .map(AdminReply.Running::phase)
                            .filter(phases::contains)
                            .findFirst()
                    : Optional.empty();
            if (phase.isPresent()) {
                return new Driver(node, phase.get());
            }
        }
        return null;
    }

    private void copy() throws InterruptedException {
        int node = 3;
        nodes.terminate(node);
        Path old = nodes.backUp(node);
        // What it does from now on is not in the copy.
        restart(node);
        calm();
        phase("copy");
        nodes.kill(node);
        nodes.restore(node, old);
        timed("node " + node + " refused with an old copy of its folder", () -> {
            nodes.start(node);
            awaitRefusal(node);
        });
        nodes.wipe(node);
        timed("node " + node + " replaced", () -> replaceNow(node));
    }

    private void kill() throws InterruptedException {
        int node = watch.members().first();
        nodes.kill(node);
        timed("node " + node + " dead", this::lookOn);
        timed("node " + node + " back on its folder", () -> {
            nodes.start(node);
            watch.awaitServing(node);
        });
    }

    private void pause() throws InterruptedException {
        int node = watch.members().first();
        nodes.pause(node);
        timed("node " + node + " standing still", this::lookOn);
        timed("node " + node + " going on", () -> {
            nodes.resume(node);
            watch.awaitServing(node);
        });
    }

    private void part() throws InterruptedException {
        int node = watch.members().last();
        List<String> itself = List.of(NodeProcesses.party(node), NodeProcesses.configParty(node));
        List<String> others = new ArrayList<>();
        for (int other : watch.members().headSet(node)) {
            others.add(NodeProcesses.party(other));
            others.add(NodeProcesses.configParty(other));
        }
        nodes.network().part(itself, others);
        timed("node " + node + " cut off from the others", this::lookOn);
        timed("node " + node + " back with them", () -> {
            nodes.network().heal();
            watch.awaitServing(node);
        });
    }

    private void lookOn() throws InterruptedException {
        long end = System.nanoTime() + settings.outage().toNanos() / 4;
        while (end - System.nanoTime() > 0) {
            ClusterWatch.pause();
        }
    }

    /** Shows what the load does, and in which chapter. */
    private final class Watching implements LoadListener {
        @Override
        public void onPrepared(int done, int of) {
            teller.show("filling: " + done + " of " + of + " batches");
        }

        @Override
        public void onTick(Tick tick) {
            teller.show(String.format(
                    Locale.ROOT,
                    "%s, %d s: %,.0f/s, p50 %.1f ms, p99 %.1f ms%s%s",
                    doing,
                    tick.elapsed().toSeconds(),
                    tick.perSecond(),
                    tick.p50Nanos() / 1e6,
                    tick.p99Nanos() / 1e6,
                    tick.unknown() == 0 ? "" : ", " + tick.unknown() + " unknown",
                    tick.failed() == 0 ? "" : ", " + tick.failed() + " failed"));
        }

        @Override
        public void onVerifying(int done, int of) {
            teller.show("reading everything: " + done + " of " + of + " chunks");
        }
    }
}
