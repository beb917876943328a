package dev.danta.wire.transport;

import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.ServerHello;
import dev.danta.wire.Topology;
import dev.danta.wire.WireLimits;
import dev.danta.wire.admin.AdminDesk;
import dev.danta.wire.codec.EnvelopeCodec;
import dev.danta.wire.gateway.GatewayDesk;
import dev.danta.wire.proto.FrameProto;
import dev.danta.wire.proto.ReplicationGrpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The node's end of the transport: listens, greets, and passes batches to an {@link Inbound}. What peers send wrong ends
 * their own stream and nothing else.
 */
public final class ReplicationServer {
    /** Calls of one connection; a client opens one, callers of the public service have as many as they wait for answers. */
    private static final int CALLS_PER_CONNECTION_MAX = 1024;
    /** Of these so many streams of clients; one opens a new one while the old is being torn down. */
    private static final int STREAMS_PER_CONNECTION_MAX = 4;
    /** Cutting needs only the transport threads' attention. */
    private static final Duration CUT_TIMEOUT = Duration.ofSeconds(5);

    private final Server server;
    private final HostAndPort address;
    private final House house;
    private final ScheduledExecutorService timer;
    private final @Nullable Front front;

    /**
     * @param listen where; port 0 takes any free one
     * @param limits must be those of the cluster's other nodes and clients
     * @param sessionsMax clients at a time; each may hold up to sendQueueBytesMax and one frame of memory
     * @param sendQueueEnvelopesMax waiting for one client that does not read; high rides out a pause, low bounds memory
     * @param sendQueueBytesMax the same, in bytes; at least the limits' replyBytesMax
     * @param greetingTimeout how long a stream may stay without a greeting, and a connection without a first byte
     * @param idleTimeout after which a client of which nothing is heard is asked for a sign of life; it has half of this to
     *     answer. Low frees sessions of vanished clients early, high tolerates their pauses
     * @param readyBytes how much may wait inside gRPC before more waits in the send queue; high saves wake-ups of the
     *     transport thread, low lets more envelopes share a frame
     */
    public record Settings(
            HostAndPort listen,
            WireLimits limits,
            int sessionsMax,
            int sendQueueEnvelopesMax,
            int sendQueueBytesMax,
            Duration greetingTimeout,
            Duration idleTimeout,
            int readyBytes) {

        public Settings {
            if (sessionsMax < 1 || sendQueueEnvelopesMax < 1 || readyBytes < 1) {
                throw new IllegalArgumentException(
                        "sessionsMax, sendQueueEnvelopesMax and readyBytes must be at least 1: " + sessionsMax + ", "
                                + sendQueueEnvelopesMax + ", " + readyBytes);
            }
            if (sendQueueBytesMax < limits.replyBytesMax()) {
                throw new IllegalArgumentException("sendQueueBytesMax must be at least replyBytesMax: "
                        + sendQueueBytesMax + ", " + limits.replyBytesMax());
            }
            if (greetingTimeout.toMillis() < 1 || idleTimeout.toMillis() < 2) {
                throw new IllegalArgumentException(
                        "greetingTimeout and idleTimeout must be positive: " + greetingTimeout + ", " + idleTimeout);
            }
        }

        /** What suits a node on a server. */
        public static Settings of(HostAndPort listen) {
            return new Settings(
                    listen,
                    WireLimits.DEFAULT,
                    10_000,
                    65_536,
                    WireLimits.DEFAULT.replyBytesMax(),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    128 * 1024);
        }

        public Settings withLimits(WireLimits newLimits) {
            return new Settings(
                    listen,
                    newLimits,
                    sessionsMax,
                    sendQueueEnvelopesMax,
                    Math.max(sendQueueBytesMax, newLimits.replyBytesMax()),
                    greetingTimeout,
                    idleTimeout,
                    readyBytes);
        }

        public Settings withSessionsMax(int newSessionsMax) {
            return new Settings(
                    listen,
                    limits,
                    newSessionsMax,
                    sendQueueEnvelopesMax,
                    sendQueueBytesMax,
                    greetingTimeout,
                    idleTimeout,
                    readyBytes);
        }

        public Settings withGreetingTimeout(Duration newGreetingTimeout) {
            return new Settings(
                    listen,
                    limits,
                    sessionsMax,
                    sendQueueEnvelopesMax,
                    sendQueueBytesMax,
                    newGreetingTimeout,
                    idleTimeout,
                    readyBytes);
        }
    }

    private ReplicationServer(
            Server server, HostAndPort address, House house, ScheduledExecutorService timer, @Nullable Front front) {
        this.front = front;
        this.server = server;
        this.address = address;
        this.house = house;
        this.timer = timer;
    }

    /**
     * Listens from now on.
     *
     * Turns clients away until the first {@link #publish}.
     *
     * @param node its number
     * @param wallMicros its clock, in microseconds since 1970, for greetings
     * @param desk where questions about the cluster go, from the first moment on
     * @throws CannotListenException if the port is taken or may not be used
     */
    public static ReplicationServer start(
            Settings settings, ReplicaId node, LongSupplier wallMicros, Inbound inbound, AdminDesk desk) {
        return start(settings, node, wallMicros, inbound, desk, null);
    }

    /**
     * The same, with the public service.
     *
     * @param gateway does what callers ask for, from the first moment on; null for a node without that service
     */
    public static ReplicationServer start(
            Settings settings,
            ReplicaId node,
            LongSupplier wallMicros,
            Inbound inbound,
            AdminDesk desk,
            @Nullable GatewayDesk gateway) {
        GrpcLog.tame();
        HostAndPort listen = settings.listen();
        InetSocketAddress socket = new InetSocketAddress(listen.host(), listen.port());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "danta-greetings");
            thread.setDaemon(true);
            return thread;
        });
        House house = new House(settings, node, wallMicros, inbound, timer);
        Front front = gateway == null
                ? null
                : new Front(new GatewayCounter(gateway, node, house::topology, house::complain, settings.limits()));
        NettyServerBuilder builder = NettyServerBuilder.forAddress(socket)
                .directExecutor()
                .maxInboundMessageSize(Methods.hardLimit(settings.limits().messageBytesMax()))
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                .handshakeTimeout(settings.greetingTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionIdle(60, TimeUnit.SECONDS)
                .keepAliveTime(settings.idleTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(settings.idleTimeout().toMillis() / 2, TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(ServerServiceDefinition.builder(ReplicationGrpc.SERVICE_NAME)
                        .addMethod(Methods.served(settings.limits()), house::open)
                        .build())
                .addService(new AdminCounter(desk, house::cluster, house::complain).service(settings.limits()));
        if (front != null) {
            front.services().forEach(builder::addService);
        }
        Server server = builder.build();
        try {
            server.start();
        } catch (IOException refused) {
            timer.shutdownNow();
            server.shutdownNow();
            throw new CannotListenException(listen, reasonOf(socket, refused), refused);
        }
        return new ReplicationServer(server, new HostAndPort(listen.host(), server.getPort()), house, timer, front);
    }

    private static String reasonOf(InetSocketAddress socket, IOException refused) {
        if (socket.isUnresolved()) {
            return "unknown host";
        }
        Throwable root = Causes.rootOf(refused);
        String text = String.valueOf(root.getMessage());
        if (text.contains("already in use")) {
            return "address already in use";
        }
        if (text.contains("Permission denied")) {
            return "permission denied";
        }
        if (text.contains("Cannot assign requested address")) {
            return "this machine does not have that address";
        }
        return text;
    }

    /** Where it listens, with the port that was really taken. */
    public HostAndPort address() {
        return address;
    }

    /**
     * Tells every client of {@code topology}, those that are here and those that come, unless it is not newer than the one
     * before. Never blocks: who does not read is told of the newest when it does.
     *
     * @throws IllegalArgumentException if it is of another cluster than the one before
     */
    public void publish(Topology topology) {
        if (house.learn(topology)) {
            house.sessions.forEach(Session::announce);
            if (front != null) {
                front.follow(topology);
            }
        }
    }

    /** Streams open now, those that have not greeted yet included. */
    public int sessionCount() {
        return house.open.get();
    }

    /**
     * Takes no more connections, lets every session write what it has queued, tells its client, and waits for that at most
     * {@code within}; then cuts what is left. With zero it cuts at once, as a crash would. Waits for the listening port to
     * be free again.
     */
    public void stop(Duration within) {
        if (front != null) {
            front.close();
        }
        server.shutdown();
        boolean ended = false;
        if (!within.isZero()) {
            house.sessions.forEach(session -> session.close("is stopping"));
            ended = awaitEnd(within);
        }
        if (!ended) {
            server.shutdownNow();
            awaitEnd(CUT_TIMEOUT);
        }
        timer.shutdownNow();
    }

    private boolean awaitEnd(Duration within) {
        try {
            return server.awaitTermination(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static final class House implements Session.House {
        private final Settings settings;
        private final EnvelopeCodec codec;
        private final ReplicaId node;
        private final LongSupplier wallMicros;
        private final Inbound inbound;
        private final ScheduledExecutorService timer;
        private final OncePerSecond complaints = new OncePerSecond();
        private final Outlet.Bounds bounds;
        private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
        private final AtomicInteger open = new AtomicInteger();
        /** How many each connection has open. */
        private final Map<String, Integer> streams = new ConcurrentHashMap<>();

        private volatile @Nullable Topology topology;

        House(
                Settings settings,
                ReplicaId node,
                LongSupplier wallMicros,
                Inbound inbound,
                ScheduledExecutorService timer) {
            this.settings = settings;
            this.codec = new EnvelopeCodec(settings.limits());
            this.node = node;
            this.wallMicros = wallMicros;
            this.inbound = inbound;
            this.timer = timer;
            this.bounds = new Outlet.Bounds(
                    settings.sendQueueEnvelopesMax(),
                    settings.sendQueueBytesMax(),
                    settings.limits().envelopesPerFrameMax());
        }

        ServerCall.Listener<Inflow<FrameProto.ClientFrame>> open(
                ServerCall<Inflow<FrameProto.ClientFrame>, FrameProto.ServerFrame> call, Metadata headers) {
            if (open.incrementAndGet() > settings.sessionsMax()) {
                open.decrementAndGet();
                String why = "serves no more than " + settings.sessionsMax() + " clients";
                complain("turned a client away: this node " + why);
                call.close(Status.RESOURCE_EXHAUSTED.withDescription(why), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            Session session = new Session(call, this, bounds);
            if (streams.merge(session.remote(), 1, Integer::sum) > STREAMS_PER_CONNECTION_MAX) {
                forgetStreamOf(session);
                open.decrementAndGet();
                String why = "takes no more than " + STREAMS_PER_CONNECTION_MAX + " streams of one connection";
                complain("turned away " + session.remote() + ": this node " + why);
                call.close(Status.RESOURCE_EXHAUSTED.withDescription(why), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            call.setOnReadyThreshold(settings.readyBytes());
            sessions.add(session);
            session.open(timer.schedule(
                    session::onGreetingTimeout, settings.greetingTimeout().toNanos(), TimeUnit.NANOSECONDS));
            return session;
        }

        private void forgetStreamOf(Session session) {
            Integer unused = streams.computeIfPresent(session.remote(), (remote, open) -> open == 1 ? null : open - 1);
        }

        @Override
        public EnvelopeCodec codec() {
            return codec;
        }

        @Override
        public @Nullable ServerHello greeting() {
            Topology known = topology;
            return known == null ? null : new ServerHello(node, Math.max(0, wallMicros.getAsLong()), known);
        }

        @Nullable
        Topology topology() {
            return topology;
        }

        @Nullable
        String cluster() {
            Topology known = topology;
            return known == null ? null : known.cluster();
        }

        /** Whether it was news. */
        synchronized boolean learn(Topology told) {
            Topology before = topology;
            if (before != null && !before.isOfSameCluster(told)) {
                throw new IllegalArgumentException("a node does not move to another cluster: it is of "
                        + before.cluster() + ", not of " + told.cluster());
            }
            boolean isNews = before == null || told.version() > before.version();
            if (isNews) {
                topology = told;
            }
            return isNews;
        }

        @Override
        public Inbound inbound() {
            return inbound;
        }

        @Override
        public void complain(String line) {
            long keptBack = complaints.admit();
            if (keptBack >= 0) {
                inbound.onComplaint(keptBack == 0 ? line : line + " (and " + keptBack + " more complaints)");
            }
        }

        @Override
        public void left(Session session) {
            if (sessions.remove(session)) {
                forgetStreamOf(session);
                open.decrementAndGet();
            }
        }
    }
}
