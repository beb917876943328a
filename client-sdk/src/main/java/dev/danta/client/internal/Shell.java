package dev.danta.client.internal;

import dev.danta.client.internal.NodeLinks.Trouble;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Invariant;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.runtime.Transport;
import dev.danta.txn.client.CacheStores;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.client.Finished;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.client.TxnClient;
import dev.danta.txn.key.ShardMap;
import dev.danta.txn.recovery.MembersChanged;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one client's machine: calls from any thread, each answered by a future that is completed by its deadline, after
 * the machine's turn is over.
 *
 * <p>Invariant: a number is in {@code pending} from before its call reaches the machine until its future is completed, and
 * holds one permit of {@code admission} all that time.
 */
public final class Shell implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shell.class);

    private final ClientId self;
    private final ShellSettings settings;
    private final CacheStores stores;
    private final UnderTest machines;
    private final Clock wallClock = Clock.systemUTC();
    private final Alarm alarm;
    private final Combiner<TxnClient.Input> combiner;
    private final Semaphore admission;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<CallOutcome>> pending = new ConcurrentHashMap<>();
    private final SplittableRandom random;
    private final CountDownLatch joined = new CountDownLatch(1);
    private final Object joining = new Object();
    private final Map<String, String> troubles = new TreeMap<>();
    /** Addresses where somebody refused. */
    private final Set<String> refusals = new TreeSet<>();

    private final int endpoints;
    private final Set<ReplicaId> connected = ConcurrentHashMap.newKeySet();
    private final List<Finished> finished = new ArrayList<>();

    private volatile @Nullable NodeLinks links;
    private volatile @Nullable Cluster cluster;
    private volatile @Nullable String stopped;

    /** What is known from the first greeting on; the view is the newest that was told. */
    private record Cluster(Topology view, Driver<TxnClient.Input> driver) {}

    /** Puts something in the place of a client's machine: tests break a rule of it. */
    public interface UnderTest {
        /** What is in its place when nobody tests. */
        UnderTest GENUINE = (self, genuine) -> genuine;

        /** The machine of the client {@code self}; it may ask the genuine one, which nobody else does. */
        Machine<TxnClient.Input> machine(ClientId self, TxnClient genuine);
    }

    private Shell(ShellSettings settings, CacheStores stores, UnderTest machines, int endpoints) {
        this.stores = stores;
        this.machines = machines;
        this.endpoints = endpoints;
        SecureRandom seed = new SecureRandom();
        this.self = new ClientId(seed.nextLong(), seed.nextLong());
        this.random = new SplittableRandom(seed.nextLong());
        this.settings = settings;
        this.admission = new Semaphore(settings.callsMax());
        this.alarm = new Alarm(name() + "-timer", this::onDue);
        this.combiner = new Combiner<>(settings.batchMax(), settings.roundsMax(), this::work, alarm::nudge);
    }

    /**
     * A running shell, as soon as a first node has greeted.
     *
     * @param stores where the machine remembers what it has read and written
     * @param machines {@link UnderTest#GENUINE}, but for tests
     * @param timeoutNanos how long all of that may take
     * @throws JoinFailedException if none has in time, or all have refused for good
     * @throws InterruptedException if interrupted while waiting
     */
    public static Shell join(
            NodeLinks.Factory factory,
            ShellSettings settings,
            CacheStores stores,
            UnderTest machines,
            long timeoutNanos)
            throws JoinFailedException, InterruptedException {
        long endsAt = System.nanoTime() + timeoutNanos;
        Shell shell = new Shell(settings, stores, machines, factory.endpoints());
        shell.alarm.start();
        boolean hasJoined = false;
        try {
            shell.links = factory.open(shell.self, shell.new News());
            // A greeting that comes when the time is just over is as good.
            boolean unused = shell.joined.await(endsAt - System.nanoTime(), TimeUnit.NANOSECONDS);
            shell.requireJoined();
            hasJoined = true;
        } finally {
            if (!hasJoined) {
                shell.close();
            }
        }
        return shell;
    }

    private void requireJoined() throws JoinFailedException {
        synchronized (joining) {
            if (cluster == null) {
                Trouble trouble = refusals.isEmpty() ? Trouble.UNREACHABLE : Trouble.REFUSED;
                throw new JoinFailedException(trouble, troubles);
            }
        }
    }

    /** Tells this client from others, in logs and names of threads. */
    public String name() {
        return "danta-client-" + HexFormat.of().toHexDigits((int) self.low());
    }

    /** The cluster as it was described last; what was known stays known when no node can be reached. */
    public Topology view() {
        return cluster().view();
    }

    /** Where a replica's node listens, or its number if that is not known. */
    public String addressOf(ReplicaId replica) {
        return view().node(replica).map(Member::address).orElse(replica.toString());
    }

    /** Whether no node can be sent to at the moment. */
    public boolean isCutOff() {
        return connected.isEmpty();
    }

    /** How many calls are under way. */
    public int callsUnderWay() {
        return pending.size();
    }

    /**
     * Asks the machine. The future is completed with the answer, by the thread that found it; or with a
     * {@link ShellStoppedException}. More than {@link ShellSettings#callsMax} calls at once are refused as overloaded.
     *
     * @throws IllegalStateException if the shell is closed
     */
    public CompletableFuture<CallOutcome> call(ClientCall call, long deadlineNanos) {
        requireRunning();
        CompletableFuture<CallOutcome> future = new CompletableFuture<>();
        if (!admission.tryAcquire()) {
            future.complete(new CallOutcome.Failed(CallOutcome.Failure.OVERLOADED, new TreeMap<>()));
            return future;
        }
        long number = numbers.getAndIncrement();
        pending.put(number, future);
        combiner.submit(new TxnClient.Input.Called(number, call, deadlineNanos));
        if (stopped != null) {
            failPending();
        }
        return future;
    }

    /**
     * Asks the cluster, through whichever node answers. Fails with a {@link NobodyAnsweredException} by the deadline.
     *
     * @param request that does no harm if it is asked twice
     * @throws IllegalStateException if the shell is closed
     */
    public CompletableFuture<AdminReply> askCluster(AdminRequest request, long deadlineNanos) {
        requireRunning();
        return new ClusterQuestion(this::nodesToAsk, this::ask, request, deadlineNanos).begin();
    }

    /** Those that are connected first; none if the shell is closed. */
    private List<Member> nodesToAsk() {
        if (stopped != null) {
            return List.of();
        }
        return view().nodes().stream()
                .sorted(Comparator.comparing(member -> !connected.contains(member.node())))
                .toList();
    }

    private CompletableFuture<AdminReply> ask(Member node, AdminRequest request, Duration within) {
        NodeLinks open = links;
        return open == null
                ? CompletableFuture.failedFuture(new ShellStoppedException("the client has no links"))
                : open.ask(node, view().cluster(), request, within);
    }

    private void requireRunning() {
        String why = stopped;
        if (why != null) {
            throw new IllegalStateException(why);
        }
    }

    /** Stops at once: links and timers end, and calls that are under way are answered with an error. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /** The same, but links end in good order if that takes no longer than {@code within}. */
    public void close(Duration within) {
        stop("the client is closed", within);
    }

    private void stop(String why, Duration within) {
        if (stopped == null) {
            stopped = why;
        }
        alarm.stop();
        NodeLinks open = links;
        if (open != null) {
            open.close(within);
        }
        failPending();
    }

    private void failPending() {
        String why = stopped == null ? "the client stops" : stopped;
        for (Long number : List.copyOf(pending.keySet())) {
            CompletableFuture<CallOutcome> future = pending.remove(number);
            if (future != null) {
                admission.release();
                future.completeExceptionally(new ShellStoppedException(why));
            }
        }
    }

    private void onDue(List<Timer> due) {
        List<TxnClient.Input> inputs = new ArrayList<>(due.size());
        due.forEach(timer -> inputs.add(new TxnClient.Input.TimerFired(timer)));
        combiner.submitAll(inputs);
    }

    /** The combiner's work: one batch through the driver, then the answers it gave. */
    private List<Runnable> work(List<TxnClient.Input> batch) {
        if (stopped != null) {
            return List.of();
        }
        boolean sound = false;
        try {
            cluster().driver().run(batch);
            sound = true;
        } catch (RuntimeException e) {
            LOG.error("{} stops because of an error in itself", name(), e);
            throw e;
        } finally {
            if (!sound) {
                stop("the client has stopped because of an error in itself", Duration.ZERO);
            }
        }
        List<Runnable> answers = new ArrayList<>(finished.size());
        for (Finished one : finished) {
            CompletableFuture<CallOutcome> future = pending.remove(one.call());
            if (future != null) {
                admission.release();
                answers.add(() -> future.complete(one.outcome()));
            }
        }
        finished.clear();
        return answers;
    }

    private Cluster cluster() {
        Cluster known = cluster;
        if (known == null) {
            throw new IllegalStateException("no node has greeted yet");
        }
        return known;
    }

    private Moment now() {
        Instant wall = wallClock.instant();
        return new Moment(System.nanoTime(), wall.getEpochSecond() * 1_000_000 + wall.getNano() / 1000);
    }

    private void tell(Report report) {
        if (report instanceof Finished one) {
            finished.add(one);
        } else if (report instanceof MembersChanged changed) {
            onMembersChanged(changed.now());
        }
    }

    private void onMembersChanged(Membership now) {
        List<ReplicaId> strangers = now.members().stream()
                .filter(node -> !view().node(node).isPresent())
                .toList();
        if (strangers.isEmpty()) {
            LOG.info("{}: {} is in {} now, its members are {}", name(), now.shard(), now.epoch(), now.members());
        } else {
            LOG.info(
                    "{}: {} is in {} now, and no address is known yet of its members {}",
                    name(),
                    now.shard(),
                    now.epoch(),
                    strangers);
        }
    }

    private long drawUpTo(long bound) {
        return bound == 0 ? 0 : random.nextLong(bound + 1);
    }

    private Driver<TxnClient.Input> driverFor(Topology view) {
        TxnClient machine = new TxnClient(
                self,
                new ShardMap(view.shards()),
                view.memberships(),
                settings.machine(),
                ReadRules.PROTOCOL,
                QuorumRules.PROTOCOL,
                CounterRules.PROTOCOL,
                stores);
        Driver.Ports ports = new Driver.Ports(this::now, Storage.NONE, new Outbox(), alarm, this::drawUpTo, this::tell);
        return new Driver<>(machines.machine(self, machine), ports, null);
    }

    /** The transport as the driver sees it: there is one as soon as the links are open. */
    private final class Outbox implements Transport {
        @Override
        public void send(Address to, Envelope envelope) {
            NodeLinks open = links;
            if (open != null) {
                open.send(to, envelope);
            }
        }

        @Override
        public void flush() {
            NodeLinks open = links;
            if (open != null) {
                open.flush();
            }
        }
    }

    private final class News implements NodeLinks.Listener {
        @Override
        public void onConnected(ReplicaId node, Topology topology) {
            if (adopts(node, topology)) {
                connected.add(node);
                combiner.submit(new TxnClient.Input.Connected(node));
            }
        }

        @Override
        public void onTopology(ReplicaId node, Topology topology) {
            boolean unused = adopts(node, topology);
        }

        /** False if {@code topology} is not of this cluster: then {@code node} is not used. */
        private boolean adopts(ReplicaId node, Topology topology) {
            boolean isNews;
            Topology before;
            synchronized (joining) {
                Cluster known = cluster;
                before = known == null ? topology : known.view();
                isNews = known == null || topology.version() > before.version();
                if (known == null) {
                    cluster = new Cluster(topology, driverFor(topology));
                    joined.countDown();
                } else if (isNews && topology.isOfSameCluster(before)) {
                    cluster = new Cluster(topology, known.driver());
                }
            }
            if (!topology.isOfSameCluster(before)) {
                String cause = "its node describes another cluster: " + topology.cluster() + " with "
                        + topology.shards() + " shards, not " + before.cluster() + " with " + before.shards();
                LOG.warn("{} is not used: {}", node, cause);
                connected.remove(node);
                combiner.submit(new TxnClient.Input.Disconnected(node, cause));
                return false;
            }
            if (isNews) {
                describe();
            }
            return true;
        }

        /** Repeated if it has become newer meanwhile, so that what the machine is told last is the newest. */
        private void describe() {
            Topology told;
            do {
                told = view();
                List<ReplicaId> draining = told.nodes().stream()
                        .filter(Member::draining)
                        .map(Member::node)
                        .toList();
                combiner.submit(new TxnClient.Input.Described(told.memberships(), draining));
            } while (told.version() < view().version());
        }

        @Override
        public void onDisconnected(ReplicaId node, String cause) {
            connected.remove(node);
            combiner.submit(new TxnClient.Input.Disconnected(node, cause));
        }

        @Override
        public void onTrouble(String endpoint, Trouble trouble, String cause) {
            Cluster known;
            String before;
            synchronized (joining) {
                before = troubles.put(endpoint, cause);
                known = cluster;
                if (trouble == Trouble.REFUSED) {
                    refusals.add(endpoint);
                } else {
                    refusals.remove(endpoint);
                }
                if (refusals.size() >= endpoints) {
                    joined.countDown();
                }
            }
            if (known != null && trouble == Trouble.REFUSED && !cause.equals(before)) {
                LOG.warn("{}", cause);
            }
            if (known != null) {
                known.view().nodes().stream()
                        .filter(member -> member.address().equals(endpoint))
                        .forEach(member -> combiner.submit(new TxnClient.Input.Disconnected(member.node(), cause)));
            }
        }

        @Override
        public void onReceived(List<Envelope> envelopes) {
            Invariant.check(cluster != null, "a node greets before it answers");
            List<TxnClient.Input> inputs = new ArrayList<>(envelopes.size());
            envelopes.forEach(envelope -> inputs.add(new TxnClient.Input.Received(envelope)));
            combiner.submitAll(inputs);
        }
    }
}
