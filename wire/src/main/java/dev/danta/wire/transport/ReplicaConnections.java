package dev.danta.wire.transport;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Envelope;
import dev.danta.wire.ClientHello;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Topology;
import dev.danta.wire.WireLimits;
import dev.danta.wire.codec.EnvelopeCodec;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of the transport: one channel and one stream to every node it was told of, opened again whenever they
 * end. All methods may be called by any thread; none but {@link #close} blocks.
 *
 * <p>Once it {@linkplain #follow follows} a cluster's configuration, its nodes are what it connects to. The seeds that it
 * began with stay: one that leads to a node keeps its stream; the others are tried seldom, and often again when no node can
 * be reached, since the configuration may have left a client behind that was away.
 */
public final class ReplicaConnections implements AutoCloseable {
    private final Settings settings;
    private final ConnectionListener listener;
    private final LongSupplier wallMicros;
    private final EnvelopeCodec codec;
    private final Outlet.Bounds bounds;
    private final ScheduledExecutorService timer;
    /** Runs the attempts, since looking up a name blocks. At most one thread per endpoint, none while all are connected. */
    private final ExecutorService attempts;

    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final Map<ReplicaId, Link> connected = new ConcurrentHashMap<>();
    private String cluster;
    /** Of the cluster that this client belongs to from the first greeting on. */
    private @Nullable Topology first;

    /** Where the cluster's nodes are, as far as it is followed; empty before. */
    private final Map<ReplicaId, HostAndPort> followed = new TreeMap<>();

    private final Set<Endpoint> seeds = new LinkedHashSet<>();
    private long followedVersion;
    private volatile boolean closing;

    /**
     * @param client this process life of the client
     * @param cluster the cluster's name; empty takes that of the first node that greets, and holds the others to it
     * @param limits must be those of the nodes
     * @param sendQueueEnvelopesMax waiting for one node that does not read; what comes on top is dropped
     * @param sendQueueBytesMax the same, in bytes; at least the limits' messageBytesMax
     * @param connectTimeout for one attempt, the greeting not included
     * @param greetingTimeout from the start of an attempt to the node's greeting
     * @param pingInterval how often a node of which nothing was heard is asked for a sign of life
     * @param pingsMissedMax silent intervals in a row until the stream is given up: a dead peer is noticed within one
     *     interval more. Low notices it early, high tolerates a node's pauses
     * @param retryMin upper bound of the pause before the first new attempt; it doubles with every failure
     * @param retryMax upper bound of all pauses; each is drawn between nothing and its bound (full jitter), so that
     *     clients do not come back all at once
     * @param retrySeldom upper bound of the pause after a permanent failure; at least half of it passes
     * @param readyBytes how much may wait inside gRPC before more waits in the send queue
     */
    public record Settings(
            ClientId client,
            String cluster,
            WireLimits limits,
            int sendQueueEnvelopesMax,
            int sendQueueBytesMax,
            Duration connectTimeout,
            Duration greetingTimeout,
            Duration pingInterval,
            int pingsMissedMax,
            Duration retryMin,
            Duration retryMax,
            Duration retrySeldom,
            int readyBytes) {

        public Settings {
            if (sendQueueEnvelopesMax < 1 || readyBytes < 1 || pingsMissedMax < 1) {
                throw new IllegalArgumentException(
                        "sendQueueEnvelopesMax, readyBytes and pingsMissedMax must be at least 1: "
                                + sendQueueEnvelopesMax + ", " + readyBytes + ", " + pingsMissedMax);
            }
            if (sendQueueBytesMax < limits.messageBytesMax()) {
                throw new IllegalArgumentException("sendQueueBytesMax must be at least messageBytesMax: "
                        + sendQueueBytesMax + ", " + limits.messageBytesMax());
            }
            requirePositive("connectTimeout", connectTimeout);
            requirePositive("greetingTimeout", greetingTimeout);
            requirePositive("pingInterval", pingInterval);
            requirePositive("retryMin", retryMin);
            requirePositive("retryMax", retryMax);
            requirePositive("retrySeldom", retrySeldom);
        }

        private static void requirePositive(String name, Duration value) {
            if (value.toMillis() < 1) {
                throw new IllegalArgumentException(name + " must be at least a millisecond: " + value);
            }
        }

        /** What suits most clients: a dead node is noticed within 3.2 s. */
        public static Settings of(ClientId client, String cluster) {
            return new Settings(
                    client,
                    cluster,
                    WireLimits.DEFAULT,
                    65_536,
                    16 << 20,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    Duration.ofMillis(800),
                    3,
                    Duration.ofMillis(50),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    128 * 1024);
        }

        public Settings withLimits(WireLimits newLimits) {
            return new Settings(
                    client,
                    cluster,
                    newLimits,
                    sendQueueEnvelopesMax,
                    Math.max(sendQueueBytesMax, newLimits.messageBytesMax()),
                    connectTimeout,
                    greetingTimeout,
                    pingInterval,
                    pingsMissedMax,
                    retryMin,
                    retryMax,
                    retrySeldom,
                    readyBytes);
        }

        public Settings withPings(Duration newInterval, int newMissedMax) {
            return new Settings(
                    client,
                    cluster,
                    limits,
                    sendQueueEnvelopesMax,
                    sendQueueBytesMax,
                    connectTimeout,
                    greetingTimeout,
                    newInterval,
                    newMissedMax,
                    retryMin,
                    retryMax,
                    retrySeldom,
                    readyBytes);
        }

        public Settings withRetries(Duration newMin, Duration newMax, Duration newSeldom) {
            return new Settings(
                    client,
                    cluster,
                    limits,
                    sendQueueEnvelopesMax,
                    sendQueueBytesMax,
                    connectTimeout,
                    greetingTimeout,
                    pingInterval,
                    pingsMissedMax,
                    newMin,
                    newMax,
                    newSeldom,
                    readyBytes);
        }
    }

    private ReplicaConnections(Settings settings, ConnectionListener listener, LongSupplier wallMicros) {
        this.settings = settings;
        this.listener = listener;
        this.wallMicros = wallMicros;
        this.codec = new EnvelopeCodec(settings.limits());
        this.bounds = new Outlet.Bounds(
                settings.sendQueueEnvelopesMax(),
                settings.sendQueueBytesMax(),
                settings.limits().envelopesPerFrameMax());
        this.cluster = settings.cluster();
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "danta-connections"));
        this.attempts = Executors.newCachedThreadPool(task -> daemon(task, "danta-connecting"));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Begins to connect to every endpoint, and keeps at it until {@link #close}.
     *
     * @param wallMicros this client's clock, in microseconds since 1970, for the greeting
     */
    public static ReplicaConnections open(
            Settings settings, Collection<Endpoint> endpoints, LongSupplier wallMicros, ConnectionListener listener) {
        ReplicaConnections connections = new ReplicaConnections(settings, listener, wallMicros);
        endpoints.forEach(connections::connect);
        long pause = settings.pingInterval().toNanos();
        // With a fixed delay, so that after a pause of this process the silence is not counted in one go.
        Future<?> unused =
                connections.timer.scheduleWithFixedDelay(connections::onTick, pause, pause, TimeUnit.NANOSECONDS);
        return connections;
    }

    /** Begins to connect to one more endpoint, unless its address or its node is known already. */
    public synchronized void connect(Endpoint endpoint) {
        if (endpoint.node() == null) {
            seeds.add(endpoint);
        }
        if (links.stream().noneMatch(link -> link.leadsTo(endpoint))) {
            begin(endpoint);
        }
    }

    private synchronized void begin(Endpoint endpoint) {
        if (!closing) {
            Link link = new Link(endpoint, this);
            links.add(link);
            attempts.execute(() -> attempt(link));
        }
    }

    /**
     * From now on the nodes of {@code topology} are what to connect to: begins with those that are new or have moved, lets
     * go of those that have left, leaves the others alone. Ignores one that is not newer than the one before, or of another
     * cluster.
     */
    public void follow(Topology topology) {
        List<Link> left;
        synchronized (this) {
            if (topology.version() <= followedVersion || objectionTo(topology) != null) {
                return;
            }
            followedVersion = topology.version();
            followed.clear();
            topology.nodes().forEach(member -> followed.put(member.node(), member.hostAndPort()));
            left = links.stream().filter(this::hasLeft).toList();
            left.forEach(Link::markLeft);
            connectToFollowed();
        }
        // Without the lock, since what is told then may come back here.
        left.forEach(Link::leave);
    }

    private boolean hasLeft(Link link) {
        ReplicaId node = link.endpoint().node();
        return node != null && !link.endpoint().address().equals(followed.get(node));
    }

    private synchronized void connectToFollowed() {
        followed.forEach((node, address) -> {
            // Where a node has moved while its old stream is open still, it is that stream's end that leads here again.
            boolean hasLink = connected.containsKey(node) || links.stream().anyMatch(link -> link.goesTo(address));
            if (!hasLink) {
                begin(new Endpoint(address, node));
            }
        });
    }

    /**
     * Queues an envelope until the next {@link #flush}.
     *
     * @return false if it was dropped: the node is not connected, or does not read
     * @throws IllegalArgumentException if the envelope is over a limit; one line that names limit and size
     */
    public boolean send(ReplicaId to, Envelope envelope) {
        Link link = connected.get(to);
        return link != null && link.offer(codec.encode(envelope));
    }

    /** Writes what is queued, as far as the nodes keep up; the rest follows by itself when they do. */
    public void flush() {
        for (Link link : links) {
            link.pump();
        }
    }

    /** The nodes that can be reached now, ascending. */
    public Set<ReplicaId> connectedNodes() {
        return new TreeSet<>(connected.keySet());
    }

    /** How things stand with every endpoint, in the order in which they were told. */
    public List<LinkStatus> status() {
        return links.stream().map(Link::status).toList();
    }

    /** Envelopes that {@link #send} dropped, or that were queued when a stream ended. */
    public long droppedEnvelopes() {
        return links.stream().mapToLong(Link::dropped).sum();
    }

    /**
     * Lets go of everything queued, ends the streams and waits for that at most {@code within}; then cuts what is left.
     * The last callbacks may still be under way when this returns.
     */
    public void close(Duration within) {
        synchronized (this) {
            closing = true;
        }
        links.forEach(Link::finish);
        awaitEnd(within);
        links.forEach(Link::cut);
        timer.shutdownNow();
        attempts.shutdownNow();
    }

    /** The same with a second's patience. */
    @Override
    public void close() {
        close(Duration.ofSeconds(1));
    }

    private synchronized void awaitEnd(Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        try {
            long left = deadline - System.nanoTime();
            while (left > 0 && links.stream().anyMatch(Link::isOpen)) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = deadline - System.nanoTime();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void onTick() {
        links.forEach(Link::onTick);
    }

    Settings settings() {
        return settings;
    }

    EnvelopeCodec codec() {
        return codec;
    }

    Outlet.Bounds bounds() {
        return bounds;
    }

    ConnectionListener listener() {
        return listener;
    }

    synchronized ClientHello greeting() {
        Topology known = first;
        long identity = known == null ? 0 : known.identity();
        return new ClientHello(cluster, identity, settings.client(), Math.max(0, wallMicros.getAsLong()));
    }

    /**
     * Why whoever describes its cluster like this will not do, without its subject; null if it will. The first that will
     * says for all which cluster it is.
     */
    synchronized @Nullable String objectionTo(Topology told) {
        if (!cluster.isEmpty() && !cluster.equals(told.cluster())) {
            return "belongs to cluster " + told.cluster() + ", not " + cluster;
        }
        Topology known = first;
        if (known != null && !known.isOfSameCluster(told)) {
            return "belongs to another cluster that is called " + cluster + ", too";
        }
        if (known == null) {
            first = told;
            cluster = told.cluster();
        }
        return null;
    }

    /** Takes {@code link} as the way to {@code node}; false if there is another already. */
    boolean register(ReplicaId node, Link link) {
        Link other = connected.putIfAbsent(node, link);
        return other == null || other == link;
    }

    void unregister(ReplicaId node, Link link) {
        connected.remove(node, link);
    }

    /** This link is not needed, or of no use any more. */
    synchronized void forget(Link link) {
        links.remove(link);
        connectToFollowed();
    }

    /** A link's stream has ended, and its listener knows. */
    synchronized void onEnded() {
        notifyAll();
    }

    /** A node was connected, and is not any more. */
    synchronized void onLost() {
        connectToFollowed();
        if (connected.isEmpty() && !followed.isEmpty()) {
            links.stream().filter(Link::isSeed).forEach(this::hurry);
            for (Endpoint seed : seeds) {
                if (links.stream().noneMatch(link -> link.endpoint().equals(seed))) {
                    begin(seed);
                }
            }
        }
    }

    private void hurry(Link link) {
        Future<?> pause = link.pause();
        if (pause != null && pause.cancel(false)) {
            attemptSoon(link);
        }
    }

    /** Whether somebody waits for what this seed leads to. */
    synchronized boolean isUrgent(@Nullable ReplicaId node) {
        boolean isMissed = node != null && followed.containsKey(node) && !connected.containsKey(node);
        return followed.isEmpty() || connected.isEmpty() || isMissed;
    }

    /** Lets {@code link} try again after a pause of up to {@code bound}, and at least {@code least}. */
    synchronized void retry(Link link, Duration least, Duration bound) {
        if (!closing) {
            long span = Math.max(1, bound.toNanos() - least.toNanos());
            long pause = least.toNanos() + ThreadLocalRandom.current().nextLong(span);
            link.pause(timer.schedule(() -> attemptSoon(link), pause, TimeUnit.NANOSECONDS));
        }
    }

    private synchronized void attemptSoon(Link link) {
        if (!closing) {
            attempts.execute(() -> attempt(link));
        }
    }

    /** Without a lock of ours, since gRPC may call back at once. */
    private void attempt(Link link) {
        if (closing) {
            return;
        }
        link.connect();
        // Closing cuts every link it sees; this one may have come in between.
        if (closing) {
            link.cut();
        }
    }
}
