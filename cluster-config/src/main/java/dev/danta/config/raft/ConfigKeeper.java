package dev.danta.config.raft;

import dev.danta.config.News;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.TransferLeadershipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after a node's server and its client: opens them again when the server is ill, when nodes are found elsewhere or when
 * the group has begun another generation; takes snapshots from time to time; keeps the known configuration in its file; and,
 * where the leader is, sees to it that those vote who should. Everything happens on one thread, but for questions.
 */
final class ConfigKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigKeeper.class);
    private static final String LOG_FOLDER = "raft-";
    private static final String ANY_ADDRESS = "0.0.0.0";
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration REOPEN_MAX = Duration.ofSeconds(30);
    private static final Duration REOPEN_MIN = Duration.ofSeconds(1);
    private static final Duration CLOSING_MAX = Duration.ofSeconds(20);

    private final Path folder;
    private final ConfigSelf self;
    private final RaftSettings settings;
    private final News news;
    private final ConfigStateMachine.Applying applying;
    private final KnownFile file;
    private final ScheduledExecutorService looking;
    private final ScheduledExecutorService polling;

    private volatile @Nullable ConfigServer server;
    private volatile @Nullable ConfigClient client;
    private volatile @Nullable Gossip gossip;
    private volatile boolean closed;
    private List<Future<?>> tasks = List.of();
    private CompletableFuture<?> snapshot = CompletableFuture.completedFuture(null);
    private List<RaftPeer> opened = List.of();
    private long keptVersion = -1;
    private long snapshotAtNanos = System.nanoTime();
    private long reopenAtNanos;
    private Duration reopenAfter = REOPEN_MIN;

    ConfigKeeper(Path folder, ConfigSelf self, RaftSettings settings, News news, ConfigStateMachine.Applying applying) {
        this.folder = folder;
        this.self = self;
        this.settings = settings;
        this.news = news;
        this.applying = applying;
        this.file = new KnownFile(folder);
        this.looking = oneThread("danta-config-keeper-" + self.node().number());
        this.polling = oneThread("danta-config-poll-" + self.node().number());
    }

    private static ScheduledExecutorService oneThread(String name) {
        return Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Opens a group that this node alone begins. Before {@link #start}. */
    void begin(ClusterRequest request) throws IOException {
        RaftGroupId group;
        String address;
        long generation;
        if (request instanceof ClusterRequest.Create create) {
            generation = 0;
            group = Peers.groupOf(create.cluster(), create.id(), generation);
            address = create.configAddress();
        } else if (request instanceof ClusterRequest.Restore restore) {
            NodeEntry entry = restore.state().nodes().get(self.node());
            if (entry == null) {
                throw new IOException("node " + self.node().number() + " is not in what is to be restored");
            }
            generation = restore.state().generation();
            group = Peers.groupOf(restore.state());
            address = entry.configAddress();
        } else {
            throw new IllegalArgumentException("no cluster begins with " + request);
        }
        RaftPeer alone = RaftPeer.newBuilder().setId(id()).setAddress(address).build();
        open(group, generation, List.of(alone), List.of(alone));
    }

    /** Opens a group that is there. Before {@link #start}. */
    void join() throws IOException {
        ClusterState known = news.newest();
        List<RaftPeer> peers = peers(known);
        open(Peers.groupOf(known), known.generation(), List.of(), peers);
    }

    /**
     * All nodes that have a folder: others where this node reaches them, this one where its own server listens now. The
     * configuration may have it elsewhere still, and if this is the only voter nobody but itself can change that.
     */
    private List<RaftPeer> peers(ClusterState known) {
        String own = (ANY_ADDRESS.equals(self.host()) ? LOOPBACK : self.host()) + ":" + self.port();
        return Peers.all(known).stream()
                .map(peer -> RaftPeer.newBuilder(peer)
                        .setAddress(
                                peer.getId().equals(id())
                                        ? own
                                        : self.translator().apply(peer.getAddress()))
                        .build())
                .toList();
    }

    private void open(RaftGroupId group, long generation, List<RaftPeer> first, List<RaftPeer> asked)
            throws IOException {
        ConfigClient before = client;
        opened = asked;
        client = new ConfigClient(group, asked, before == null ? null : before.leader(), settings);
        if (before != null) {
            before.close();
        }
        server = ConfigServer.open(
                new ConfigServer.Opening(self, id(), group, folder.resolve(LOG_FOLDER + generation), first, asked),
                new ConfigStateMachine(applying, this::ownVoters, this::hear),
                settings);
    }

    /** On the server's thread: whoever may become a voter must be known before the group tells where it is. */
    private void hear(ClusterState applied) {
        ConfigServer running = server;
        if (running != null) {
            running.know(peers(applied));
        }
        news.hear(applied);
    }

    /** Logs of earlier generations are of no use to anybody: nobody of their groups may go on. */
    private void forgetEarlierGenerations() throws IOException {
        String kept = LOG_FOLDER + news.newest().generation();
        List<Path> gone;
        try (Stream<Path> all = Files.walk(folder)) {
            gone = all.filter(file -> !file.equals(folder))
                    .filter(file -> {
                        String top = folder.relativize(file).getName(0).toString();
                        return top.startsWith(LOG_FOLDER) && !top.equals(kept);
                    })
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path file : gone) {
            Files.deleteIfExists(file);
        }
    }

    ConfigSelf self() {
        return self;
    }

    private RaftPeerId id() {
        return Peers.idOf(self.node(), self.incarnation());
    }

    void start() throws IOException {
        forgetEarlierGenerations();
        long every = settings.lookEvery().toNanos();
        tasks = List.of(
                looking.scheduleWithFixedDelay(this::look, every, every, TimeUnit.NANOSECONDS),
                polling.scheduleWithFixedDelay(this::poll, 0, every, TimeUnit.NANOSECONDS));
    }

    /** Whom to ask. */
    ConfigClient client() throws IOException {
        ConfigClient now = client;
        if (now == null || closed) {
            throw new IOException("the configuration is closed here");
        }
        return now;
    }

    String places() {
        ConfigClient now = client;
        return now == null ? "nobody" : now.places();
    }

    boolean isLeader() {
        ConfigServer now = server;
        return now != null && now.isLeader();
    }

    private List<Integer> ownVoters() {
        ConfigServer now = server;
        return now == null
                ? List.of()
                : now.voters().stream()
                        .map(peer -> Peers.numberOf(peer.getId()))
                        .sorted()
                        .toList();
    }

    /** How the group stands, as far as this node knows. */
    GroupStanding standing() {
        ConfigServer now = server;
        if (now != null && now.isLeader()) {
            boolean isFollowed = !now.isSilentFor(settings.electionMax().multipliedBy(2));
            return new GroupStanding(isFollowed, isFollowed ? self.node().number() : 0, ownVoters());
        }
        Gossip heard = gossip;
        ConfigClient asking = client;
        return heard == null || asking == null
                ? new GroupStanding(false, 0, ownVoters())
                : new GroupStanding(true, Peers.numberOf(asking.leader()), heard.voters());
    }

    List<String> voterNames() {
        ConfigServer now = server;
        return now == null
                ? List.of()
                : now.voters().stream()
                        .map(peer -> peer.getId().toString())
                        .sorted()
                        .toList();
    }

    /** Whether the server runs; it does not while it is opened again. */
    boolean isOpen() {
        return server != null;
    }

    private void look() {
        try {
            keep();
            follow();
            heal();
            snapshot();
            arrangeVoters();
        } catch (IOException | RuntimeException failed) {
            // The next look tries again: whatever it was, nobody else would.
            LOG.warn("looking after the configuration failed: {}", failed.toString());
        }
    }

    /** Writes down what is known, if it is newer than what is written. */
    void keep() throws IOException {
        ClusterState known = news.newest();
        if (known.version() > keptVersion) {
            file.write(known);
            keptVersion = known.version();
        }
    }

    /** Nodes have come or are found elsewhere, or there is another generation. */
    private void follow() throws IOException {
        ClusterState known = news.newest();
        ConfigServer running = server;
        ConfigClient asking = client;
        if (running == null || asking == null || !known.isCreated()) {
            return;
        }
        List<RaftPeer> peers = peers(known);
        boolean isElsewhere = opened.stream()
                .anyMatch(old -> peers.stream()
                        .anyMatch(now -> now.getId().equals(old.getId())
                                && !now.getAddress().equals(old.getAddress())));
        if (isElsewhere || !Peers.groupOf(known).equals(running.group())) {
            LOG.info("the configuration's group or an address in it has changed: opening it again");
            shut();
            reopenAtNanos = System.nanoTime();
        } else if (!peers.equals(opened)) {
            client = new ConfigClient(running.group(), peers, asking.leader(), settings);
            opened = peers;
            asking.close();
        }
    }

    private void heal() throws IOException {
        ConfigServer running = server;
        if (running != null) {
            Optional<String> ailment = running.ailment();
            if (ailment.isEmpty()) {
                reopenAfter = REOPEN_MIN;
                return;
            }
            if (running.isVoter()) {
                LOG.warn("the configuration's server gets nowhere and is opened again: {}", ailment.get());
            } else {
                LOG.info("the configuration's server votes no more, and is opened again to listen");
            }
            shut();
            reopenAtNanos = System.nanoTime() + reopenAfter.toNanos();
            reopenAfter = min(reopenAfter.multipliedBy(2), REOPEN_MAX);
        }
        if (System.nanoTime() - reopenAtNanos >= 0) {
            try {
                join();
                snapshotAtNanos = System.nanoTime();
                forgetEarlierGenerations();
            } finally {
                reopenAtNanos = System.nanoTime() + reopenAfter.toNanos();
            }
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void snapshot() throws IOException {
        ConfigServer running = server;
        if (running != null
                && snapshot.isDone()
                && System.nanoTime() - snapshotAtNanos
                        >= settings.snapshotEvery().toNanos()) {
            snapshotAtNanos = System.nanoTime();
            snapshot = running.takeSnapshot();
        }
    }

    private void arrangeVoters() throws IOException {
        ConfigServer running = server;
        ConfigClient asking = client;
        if (running == null || asking == null || !running.isLeader()) {
            return;
        }
        ClusterState known = news.newest();
        if (!peers(known).equals(opened)) {
            return;
        }
        List<RaftPeer> voters = running.voters();
        Optional<List<RaftPeer>> next = Voters.step(known, voters, id(), asking::isUp);
        if (next.isEmpty()) {
            if (isGoing(known)) {
                handOver(asking, voters);
            }
            return;
        }
        if (next.get().stream().noneMatch(peer -> peer.getId().equals(id()))) {
            handOver(asking, voters);
            return;
        }
        LOG.info("voters of the configuration from now on: {}", next.get());
        asking.setVoters(next.get());
    }

    /** Whether this node is about to stop, so that another one had better lead. */
    private boolean isGoing(ClusterState known) {
        NodeEntry entry = known.nodes().get(self.node());
        return entry != null && (entry.draining() || entry.isLeaving());
    }

    private void handOver(ConfigClient asking, List<RaftPeer> voters) throws IOException {
        List<RaftPeer> others = new ArrayList<>(voters);
        others.removeIf(peer -> peer.getId().equals(id()) || !asking.isUp(peer));
        if (others.isEmpty()) {
            return;
        }
        try {
            asking.transferLeadership(others.get(0).getId(), settings.electionMax());
        } catch (TransferLeadershipException notNow) {
            LOG.info("the leadership of the configuration was not handed over, and will be: {}", notNow.getMessage());
        }
    }

    /**
     * A node whose server does not vote hears of nothing by itself. One that votes does, but for whether there still is a
     * leader: Ratis goes on to name the last one.
     */
    private void poll() {
        ConfigServer running = server;
        if (running != null && running.isLeader()) {
            gossip = null;
            return;
        }
        try {
            long deadline = System.nanoTime() + settings.requestTimeout().toNanos();
            Gossip heard = client().gossip(news.newest().version(), deadline);
            gossip = heard;
            if (heard.newer() != null) {
                news.hear(heard.newer());
            }
        } catch (IOException away) {
            // What is known is still known; the next time may be better.
            gossip = null;
            LOG.debug("no news of the configuration: {}", away.toString());
        }
    }

    /** Closes the server and the client. */
    private void shut() throws IOException {
        ConfigServer running = server;
        ConfigClient asking = client;
        server = null;
        if (asking != null) {
            asking.close();
        }
        if (running != null) {
            running.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        tasks.forEach(task -> task.cancel(false));
        ConfigClient asking = client;
        try {
            if (asking != null) {
                // Whoever waits for an answer ends now.
                asking.close();
            }
        } catch (IOException failed) {
            LOG.debug("the client of the configuration was not closed well: {}", failed.toString());
        }
        looking.shutdown();
        polling.shutdownNow();
        try {
            if (!looking.awaitTermination(CLOSING_MAX.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("the configuration is still busy, and is closed under it");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        try {
            shut();
            if (news.newest().isCreated()) {
                keep();
            }
        } catch (IOException failed) {
            LOG.warn("the configuration could not be closed well: {}", failed.toString());
        }
    }
}
