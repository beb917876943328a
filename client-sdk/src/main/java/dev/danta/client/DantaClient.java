package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.client.internal.ClientCache;
import dev.danta.client.internal.JoinFailedException;
import dev.danta.client.internal.NodeLinks;
import dev.danta.client.internal.Shell;
import dev.danta.client.internal.ShellSettings;
import dev.danta.client.internal.meter.ClientMeter;
import dev.danta.client.internal.meter.Meters;
import dev.danta.txn.client.CacheStores;
import dev.danta.txn.client.RetryBudget;
import dev.danta.txn.client.RetryPolicy;
import dev.danta.wire.HostAndPort;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of one cluster: one for a whole application, closed at its end. Thread-safe.
 *
 * <p>{@code build()} waits until a first node has greeted. What a client has begun it goes on settling in the background;
 * {@link #close(Duration)} waits for that.
 */
public final class DantaClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DantaClient.class);
    /** What may be spent on retries before successes have to pay for them. */
    private static final int RETRY_TOKENS_MAX = 10_000;
    /** How many retries one success pays for; more than contention on a single hot key needs. */
    private static final int RETRY_TOKENS_PER_SUCCESS = 100;
    /** How long links may take to end in good order when there is nothing more to say. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Shell shell;
    private final Calls calls;
    private final Attempts attempts;
    private final RequestCleaner requestCleaner;
    private final ReservationSweeper reservationSweeper;
    private final Executor executor;
    private final @Nullable ThreadPoolExecutor ownExecutor;
    private final Duration deadline;
    private final long indexesFreshNanos;
    private final Map<List<String>, Declaration> declared = new ConcurrentHashMap<>();

    private DantaClient(Builder builder, Shell shell, Meters meters) {
        this.shell = shell;
        this.deadline = builder.deadline;
        this.indexesFreshNanos = Calls.nanos(builder.indexesFresh);
        this.calls = new Calls(shell, builder.deadline, builder.cache, meters);
        this.attempts = new Attempts(
                RetryPolicy.DEFAULT,
                new RetryBudget(RETRY_TOKENS_MAX, RETRY_TOKENS_PER_SUCCESS),
                new SecureRandom().nextLong());
        this.requestCleaner = new RequestCleaner(calls);
        Executor given = builder.executor;
        if (given == null) {
            ThreadPoolExecutor own = smallPool(shell.name());
            this.ownExecutor = own;
            this.executor = own;
        } else {
            this.ownExecutor = null;
            this.executor = given;
        }
        this.reservationSweeper = new ReservationSweeper(calls, executor);
    }

    private static ThreadPoolExecutor smallPool(String name) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                Builder.ASYNC_THREADS,
                Builder.ASYNC_THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(Builder.ASYNC_WAITING_MAX),
                task -> {
                    Thread thread = new Thread(task, name + "-run-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The name of the cluster, as its nodes say it. */
    public String cluster() {
        return shell.view().cluster();
    }

    /** The name space of this name; nothing needs to be created. */
    public Space space(String name) {
        return new Space(this, Collection.requireName("a space's name", name));
    }

    /**
     * The handle that had this string; of a transaction of any client, as long as the nodes have not forgotten it. A bare
     * transaction id will do, but then nothing can be said of a transaction that has not reached any node.
     *
     * @throws IllegalArgumentException if it is not the string of a handle
     */
    public OutcomeHandle outcomeOf(String handle) {
        return OutcomeHandle.parse(calls, handle);
    }

    /** A session that has seen nothing yet. */
    public Session session() {
        return new Session(calls, calls.newSession());
    }

    /**
     * A session that goes on where another one was when it gave this token, of this client or any other.
     *
     * @throws IllegalArgumentException if it is no session's token, or one of another cluster
     */
    public Session session(String token) {
        return new Session(calls, calls.session(token));
    }

    public ClientStats stats() {
        return calls.stats();
    }

    /** {@link #close(Duration)} within the client's deadline; logs what is left, if anything. */
    @Override
    public void close() {
        CloseResult result = close(deadline);
        if (!result.isComplete()) {
            LOG.warn(
                    "closed a client of {} with {} acknowledgements missing: some replicas may lack what it wrote last",
                    cluster(),
                    result.left());
        }
    }

    /**
     * Begins nothing new, gives back what it holds of bounded counters, waits until everything under way is settled and every
     * replica has acknowledged what it must have, at the longest until {@code deadline}, and closes. Closing again does nothing.
     */
    public CloseResult close(Duration deadline) {
        Calls.requirePositive("a deadline", deadline);
        if (!calls.stopAdmission()) {
            return new CloseResult(0);
        }
        long endsAtNanos = System.nanoTime() + Calls.nanos(deadline);
        try {
            int kept = calls.holdings().giveBackAll(deadline);
            Duration left = Duration.ofNanos(Math.max(1, endsAtNanos - System.nanoTime()));
            return new CloseResult(kept + calls.drain(left));
        } finally {
            if (ownExecutor != null) {
                ownExecutor.shutdown();
            }
            // A node that stands still would not let its link end in good order.
            long left = Math.min(endsAtNanos - System.nanoTime(), FAREWELL.toNanos());
            shell.close(Duration.ofNanos(Math.max(0, left)));
            calls.closeMeters();
        }
    }

    Calls calls() {
        return calls;
    }

    Attempts attempts() {
        return attempts;
    }

    RequestCleaner requestCleaner() {
        return requestCleaner;
    }

    ReservationSweeper reservationSweeper() {
        return reservationSweeper;
    }

    Executor executor() {
        return executor;
    }

    /** Remembers what a collection was declared as, and refuses another declaration. */
    Declaration declare(Collection collection) {
        Declaration known = declared.computeIfAbsent(
                List.of(collection.space(), collection.name()),
                name -> new Declaration(collection, calls, indexesFreshNanos));
        Collection before = known.collection();
        if (!before.equals(collection)) {
            throw new ModeMismatchException(
                    collection.fullName() + " was declared as a " + before.words() + " before, not as a "
                            + collection.words()
                            + ": open it as what it is, or use another name",
                    Facts.NONE);
        }
        return known;
    }

    /** Says where the cluster is and how to behave. Not thread-safe. */
    public static final class Builder {
        /** Threads of the pool that runs asynchronous transactions, unless one is given. */
        private static final int ASYNC_THREADS = 16;
        /** Asynchronous transactions that may wait for one of these threads. */
        private static final int ASYNC_WAITING_MAX = 10_000;

        private static final String ENDPOINTS = "an endpoint: it is a node's host:port";

        private List<String> endpoints = List.of();
        private String cluster = "";
        private Duration deadline = Duration.ofSeconds(2);
        private @Nullable Executor executor;
        private ShellSettings settings = ShellSettings.DEFAULTS;
        private @Nullable ClientCache cache;
        private Meters.Factory meters = Meters.NONE;
        private NodeLinks.@Nullable Factory links;
        private Duration indexesFresh = Duration.ofSeconds(10);
        private Shell.UnderTest machines = Shell.UnderTest.GENUINE;
        private UnaryOperator<String> translator = UnaryOperator.identity();

        private static final long CACHE_BYTES_MIN = 64 << 10;

        private Builder() {}

        /**
         * Nodes to begin with, each {@code host:port}: one that lives is enough, the others are learned from it, and so is
         * whoever joins or leaves later. Required.
         */
        public Builder endpoints(String... newEndpoints) {
            return endpoints(Arrays.asList(Given.notNull(ENDPOINTS, newEndpoints)));
        }

        /** The same as a list. */
        public Builder endpoints(List<String> newEndpoints) {
            Given.notNull(ENDPOINTS, newEndpoints).forEach(endpoint -> Given.notNull(ENDPOINTS, endpoint));
            endpoints = List.copyOf(newEndpoints);
            return this;
        }

        /** The cluster's name; nodes of another are refused. Without it the cluster that is found is taken. */
        public Builder cluster(String newCluster) {
            cluster = Given.notNull("a cluster's name: without one any is taken", newCluster);
            return this;
        }

        /**
         * For a client that does not reach nodes where they say that they are, but through tunnels or forwarded ports: given
         * an address that a node advertises, says where to connect to; both are {@code host:port}, and those of two nodes
         * differ. It is asked again and again, by any thread, and must not block or throw. {@link #endpoints} are not
         * translated. Errors name what is connected to.
         */
        public Builder addressTranslator(UnaryOperator<String> newTranslator) {
            translator = newTranslator;
            return this;
        }

        /** How long a call may take in all, unless it says otherwise; also {@link #build()}. Two seconds by default. */
        public Builder deadline(Duration newDeadline) {
            deadline = Calls.requirePositive("a deadline", newDeadline);
            return this;
        }

        /**
         * Runs the closures of {@link Space#runAsync}; they block. It should be bounded, and is not closed with the
         * client. By default a small pool of the client's own.
         */
        public Builder executor(Executor newExecutor) {
            executor = Given.notNull("an executor: without one the client has its own", newExecutor);
            return this;
        }

        /**
         * The most calls under way at once, of all threads: beyond it a call is refused with an
         * {@link OverloadedException}. 10,000 by default.
         */
        public Builder callsMax(int newCallsMax) {
            settings = settings.withCallsMax(newCallsMax);
            return this;
        }

        /**
         * The client remembers what it has read and written in about so many bytes. Transactions of {@link Space#run} then
         * begin with what is remembered in place of asking for it, in their first attempt: one that commits was true all the
         * same, one that was not costs a retry. And {@link Table#cached} has room. Without this, only a little is
         * remembered, and it saves no question.
         *
         * @param bytesMax at least 64 KB
         */
        public Builder cache(long bytesMax) {
            if (bytesMax < CACHE_BYTES_MIN) {
                throw new IllegalArgumentException(
                        "a client's cache takes at least " + CACHE_BYTES_MIN + " bytes, not " + bytesMax);
            }
            cache = new ClientCache(bytesMax);
            settings = settings.withCacheBytes(bytesMax);
            return this;
        }

        /**
         * For how long the client takes a part of a {@link BoundedCounter} that it spends reserved. It renews that while it spends
         * of it, and gives it back when it has not for a third of the time. If it is lost, others call the rest in when the time
         * is over, or before that if they need it. Ten seconds by default.
         *
         * @throws IllegalArgumentException if it is less than a millisecond
         */
        public Builder counterLease(Duration lease) {
            settings = settings.withCounterLeases(
                    Calls.nanos(requireLease(lease)), settings.machine().laxLeaseNanos());
            return this;
        }

        /**
         * The same for what it holds of counters to be spent relaxed, which it does not give back by itself. When this client was
         * not heard of for so long, others count all of that as spent. A day by default.
         *
         * @throws IllegalArgumentException if it is less than a millisecond
         */
        public Builder laxLease(Duration lease) {
            settings = settings.withCounterLeases(
                    settings.machine().counterLeaseNanos(), Calls.nanos(requireLease(lease)));
            return this;
        }

        private static Duration requireLease(Duration lease) {
            if (Calls.requirePositive("a lease", lease).toMillis() < 1) {
                throw new IllegalArgumentException("a lease is at least a millisecond, not " + lease);
            }
            return lease;
        }

        /**
         * The client counts and times what it does in a registry of Micrometer's, which an application brings along if it
         * uses this ({@code io.micrometer:micrometer-core}). The meters begin with {@code danta.client}; each has a tag with
         * the cluster's name, and one with a number that tells clients of one cluster and registry apart. What is counted
         * stays when the client is closed. Without this, {@link DantaClient#stats()} has the counts.
         *
         * @param registry an {@code io.micrometer.core.instrument.MeterRegistry}; not called so here, for then nobody could
         *     look at this class without Micrometer
         * @throws IllegalStateException if Micrometer is not on the class path; the message names what to add
         * @throws IllegalArgumentException if {@code registry} is something else
         */
        public Builder meterRegistry(Object registry) {
            meters = Meters.inMicrometer(registry);
            return this;
        }

        /** For tests: other links than those over the network. */
        Builder links(NodeLinks.Factory newLinks) {
            links = newLinks;
            return this;
        }

        /** For tests: another patience. */
        Builder settings(ShellSettings newSettings) {
            settings = newSettings;
            return this;
        }

        /** For tests: how old what is known of a table's indexes may be when the table is written. */
        Builder indexesFresh(Duration newIndexesFresh) {
            indexesFresh = newIndexesFresh;
            return this;
        }

        /** For tests: a machine in which a rule is broken. */
        Builder machines(Shell.UnderTest newMachines) {
            machines = newMachines;
            return this;
        }

        /**
         * Connects.
         *
         * @throws UnavailableException if no node greets within the deadline
         * @throws WrongClusterException if no node greets and what answers at all endpoints, or at some by the deadline, is
         *     of another cluster or speaks another version
         * @throws IllegalArgumentException if there is no endpoint, or one is none
         */
        public DantaClient build() {
            Shell shell = join();
            Meters opened = null;
            boolean built = false;
            try {
                opened = meters.open(shell.view().cluster(), gauges(shell));
                DantaClient client = new DantaClient(this, shell, opened);
                built = true;
                return client;
            } finally {
                // A registry may refuse a meter.
                if (!built) {
                    shell.close();
                    if (opened != null) {
                        opened.close();
                    }
                }
            }
        }

        private Map<ClientMeter, LongSupplier> gauges(Shell shell) {
            Map<ClientMeter, LongSupplier> gauges = new EnumMap<>(ClientMeter.class);
            gauges.put(ClientMeter.CALLS_ACTIVE, shell::callsUnderWay);
            if (cache != null) {
                gauges.put(ClientMeter.CACHE_ENTRIES, cache::entries);
                gauges.put(ClientMeter.CACHE_SIZE, cache::bytes);
            }
            return gauges;
        }

        private Shell join() {
            try {
                CacheStores stores =
                        cache == null ? CacheStores.ofEntries(settings.machine().knownVersionsMax()) : cache;
                return Shell.join(linksOrDefault(), settings, stores, machines, Calls.nanos(deadline));
            } catch (JoinFailedException e) {
                throw refusal(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UnavailableException("interrupted while connecting", Facts.NONE);
            }
        }

        private NodeLinks.Factory linksOrDefault() {
            if (links != null) {
                return links;
            }
            if (endpoints.isEmpty()) {
                throw new IllegalArgumentException("a client needs at least one endpoint");
            }
            return NodeLinks.overNetwork(endpoints, cluster, translator);
        }

        private DantaException refusal(JoinFailedException failed) {
            Map<String, String> causes = new TreeMap<>(failed.causes());
            // Somebody may take a connection and then say nothing, which is no trouble yet.
            endpoints.forEach(
                    endpoint -> causes.putIfAbsent(HostAndPort.parse(endpoint).toString(), "has not greeted"));
            Facts facts = Facts.of(causes);
            return switch (failed.trouble()) {
                case UNREACHABLE ->
                    new UnavailableException("no node answered within " + deadline.toMillis() + " ms", facts);
                case REFUSED -> new WrongClusterException("this client cannot join", facts);
            };
        }
    }
}
