package dev.danta.cli.campaign;

import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.ListsRead;
import dev.danta.check.txn.TxnVerdict;
import dev.danta.cli.campaign.ListsReport.Fault;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.testkit.fault.NodeProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One run: node processes, clients that begin with what they remember, transactions over lists on several shards, one fault
 * after another, verdict. To be used once, by one thread.
 */
public final class ListsCampaign {
    private static final String CLUSTER = "lists";

    /** Of one transaction, with its retries: short, so that some end without an answer. */
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private static final long CACHE_BYTES = 1 << 20;
    private static final Duration CLIENT_CLOSES_WITHIN = Duration.ofSeconds(1);
    private static final int CALM_MILLIS_MIN = 300;
    private static final int CALM_MILLIS_MAX = 1_500;
    private static final int FAULT_MILLIS_MIN = 500;
    private static final int FAULT_MILLIS_MAX = 4_000;

    private final ListsSettings settings;
    private final Function<DantaClient.Builder, DantaClient> connecting;
    private final Consumer<String> onNews;
    private final NodeProcesses nodes;
    private final ClusterWatch watch;
    private final Random random;
    private final List<Fault> deck = new ArrayList<>();
    private final SortedMap<Fault, Integer> happened = new TreeMap<>();

    /**
     * A run with nodes started by {@code program}: {@link NodeProcesses#thisJava}.
     *
     * @param connecting makes a client of what says where the nodes are and how much it remembers; tests make one that breaks a
     *     rule
     * @param onNews told on the thread that runs it how it is going: a line, until the next one
     */
    public ListsCampaign(
            ListsSettings settings,
            List<String> program,
            Function<DantaClient.Builder, DantaClient> connecting,
            Consumer<String> onNews) {
        this.settings = settings;
        this.connecting = connecting;
        this.onNews = onNews;
        this.nodes = new NodeProcesses(settings.folder(), program);
        this.watch = new ClusterWatch(nodes, settings.patience());
        this.random = new Random(settings.seed());
    }

    /**
     * Does all of it, and ends every node. The folder stays if something was not as it should be.
     *
     * @throws CampaignException if the cluster does not come about, so that there is nothing to judge
     * @throws IOException if the history cannot be written
     */
    public ListsReport run() throws InterruptedException, IOException {
        ListsReport report = runToTheEnd();
        if (report.isWell()) {
            nodes.deleteFolder();
        }
        return report;
    }

    private ListsReport runToTheEnd() throws InterruptedException, IOException {
        List<DantaClient> clients = new ArrayList<>();
        try {
            onNews.accept("a cluster of " + settings.nodes() + " nodes");
            watch.found(CLUSTER, settings.nodes(), settings.shards());
            List<String> endpoints =
                    watch.members().stream().map(nodes::address).toList();
            for (int i = 0; i < settings.clients(); i++) {
                clients.add(connecting.apply(DantaClient.builder()
                        .endpoints(endpoints)
                        .cluster(CLUSTER)
                        .deadline(DEADLINE)
                        .cache(CACHE_BYTES)));
            }
            return judged(new ListsLoad(clients, settings), clients);
        } finally {
            clients.forEach(client -> client.close(CLIENT_CLOSES_WITHIN));
            nodes.close();
        }
    }

    private ListsReport judged(ListsLoad load, List<DantaClient> clients) throws InterruptedException, IOException {
        String trouble = "";
        boolean isBrokenOff = true;
        try {
            underLoad(load);
            onNews.accept("every list is read");
            load.lists().readAll();
            isBrokenOff = false;
        } catch (CampaignException failed) {
            trouble = String.valueOf(failed.getMessage());
            isBrokenOff = false;
        } catch (DantaException unread) {
            trouble = "not every list could be read in the end: " + unread.getMessage();
            isBrokenOff = false;
        } finally {
            if (isBrokenOff) {
                write(load);
            }
        }
        TxnVerdict<AppendTxn, ListsRead> verdict = load.lists().judge();
        boolean isWell = trouble.isEmpty() && verdict.result().isValid();
        return new ListsReport(
                load.lists().answered(),
                load.lists().unknown(),
                load.lists().failed(),
                clients.stream().mapToLong(client -> client.stats().cacheHits()).sum(),
                happened,
                verdict.result(),
                trouble,
                isWell ? null : write(load));
    }

    private Path write(ListsLoad load) throws IOException {
        Path file = settings.folder().resolve("history.jsonl.gz");
        load.lists().write(file, settings.seed());
        return file;
    }

    private void underLoad(ListsLoad load) throws InterruptedException {
        long end = System.nanoTime() + settings.duration().toNanos();
        load.begin();
        try {
            while (end - System.nanoTime() > 0) {
                goOn(Math.min(millis(CALM_MILLIS_MIN, CALM_MILLIS_MAX), millisUntil(end)));
                if (end - System.nanoTime() > 0) {
                    Fault fault = next();
                    List<Integer> victims = victims();
                    happened.merge(fault, victims.size(), Integer::sum);
                    onNews.accept(String.format(
                            Locale.ROOT,
                            "%d s left, %,d transactions, %s %s",
                            millisUntil(end) / 1000,
                            load.begun(),
                            fault.name().toLowerCase(Locale.ROOT),
                            victims));
                    inject(fault, victims);
                }
            }
        } finally {
            load.end();
        }
        watch.awaitEqualHashes();
    }

    private static int millisUntil(long end) {
        return (int) Math.max(0, Duration.ofNanos(end - System.nanoTime()).toMillis());
    }

    private int millis(int min, int max) {
        return min + random.nextInt(max - min);
    }

    private static void goOn(int millis) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        while (end - System.nanoTime() > 0) {
            LockSupport.parkNanos(end - System.nanoTime());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Each of them once, in a drawn order, and so on. */
    private Fault next() {
        if (deck.isEmpty()) {
            deck.addAll(List.of(Fault.values()));
            Collections.shuffle(deck, random);
        }
        return deck.remove(0);
    }

    private List<Integer> victims() {
        List<Integer> all = new ArrayList<>(watch.members());
        Collections.shuffle(all, random);
        return all.subList(0, 1 + random.nextInt(settings.awayMax()));
    }

    private void inject(Fault fault, List<Integer> victims) throws InterruptedException {
        int length = millis(FAULT_MILLIS_MIN, FAULT_MILLIS_MAX);
        switch (fault) {
            case KILL -> {
                for (int node : victims) {
                    nodes.kill(node);
                }
                goOn(length);
                victims.forEach(nodes::start);
            }
            case STOP -> {
                for (int node : victims) {
                    nodes.terminate(node);
                }
                goOn(length);
                victims.forEach(nodes::start);
            }
            case PAUSE -> {
                for (int node : victims) {
                    nodes.pause(node);
                }
                goOn(length);
                for (int node : victims) {
                    nodes.resume(node);
                }
            }
            case CUT -> {
                cut(victims);
                goOn(length);
                nodes.network().heal();
            }
        }
        for (int node : victims) {
            watch.awaitServing(node);
        }
    }

    /** Between these and others; or one of these two; or what these say to others, who are still heard. */
    private void cut(List<Integer> victims) {
        List<String> these = parties(victims);
        List<String> others = parties(
                watch.members().stream().filter(node -> !victims.contains(node)).toList());
        List<String> clients = List.of(NodeProcesses.others());
        switch (random.nextInt(4)) {
            case 0 -> nodes.network().part(these, others);
            case 1 -> nodes.network().part(these, clients);
            case 2 -> {
                nodes.network().part(these, others);
                nodes.network().part(these, clients);
            }
            default ->
                these.forEach(from -> others.forEach(to -> nodes.network().cut(from, to)));
        }
    }

    private static List<String> parties(List<Integer> members) {
        List<String> parties = new ArrayList<>();
        for (int node : members) {
            parties.add(NodeProcesses.party(node));
            parties.add(NodeProcesses.configParty(node));
        }
        return parties;
    }
}
