package dev.danta.node;

import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Answer;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.replica.AppendLog;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.replica.LogView;
import dev.danta.ir.replica.PutEpoch;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.StorageException;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.runtime.Transport;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.occ.Holds;
import dev.danta.occ.WriteHolds;
import dev.danta.txn.participant.Participant;
import dev.danta.txn.participant.ReadView;
import dev.danta.txn.participant.ReadViewRules;
import dev.danta.txn.participant.SpendRules;
import dev.danta.txn.participant.StatePages;
import dev.danta.txn.participant.WaitingProposals;
import dev.danta.txn.participant.WaitingRules;
import dev.danta.txn.participant.WaitingSettings;
import dev.danta.txn.recovery.Overdue;
import dev.danta.txn.recovery.RecoverySettings;
import dev.danta.txn.recovery.SweepingReplica;
import dev.danta.wire.transport.ClientSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica of one shard, with the one thread that runs its machine. The thread drains the inbox, runs every step, commits
 * once, and only then lets the replies go. The outcomes of transactions, whose acknowledgements nobody waits for, may stay
 * in the open batch for a moment so that they share the next sync; with a group window, everything may.
 */
final class ShardReplica {
    private static final Logger LOG = LoggerFactory.getLogger(ShardReplica.class);
    private static final long FOREVER_NANOS = Long.MAX_VALUE;
    private static final List<SweepingReplica.Input> WAKE =
            List.of(new SweepingReplica.Input.TimerFired(new WaitingProposals.Wake()));

    private final ShardId shard;
    private final ReplicaId self;
    private final NodeSettings settings;
    private final LmdbReplicaStore store;
    private final SweepingReplica machine;
    private final Driver<SweepingReplica.Input> driver;
    private final DueTimers timers = new DueTimers();
    private final Consumer<Overdue> onOverdue;
    private final Inbox inbox;
    private final SharedHolds holds = new SharedHolds();
    private final HeldQuestions heldBack;
    private final SystemClock clock = new SystemClock();
    private final Thread thread;
    private final BiConsumer<ShardReplica, Node.Failure> onFailure;
    private final CompletableFuture<Integer> started = new CompletableFuture<>();
    private volatile boolean halted;
    private volatile @Nullable StorageException readFailure;
    /**
     * For readers beside the thread; null from before a change of it is durable until its holds are known. Whoever finds the
     * same one before and after a snapshot was taken has a snapshot of that epoch.
     */
    private volatile @Nullable Shown shown;

    /** Each is another one, also of the same epoch. */
    private static final class Shown {
        private final EpochState epoch;

        Shown(EpochState epoch) {
            this.epoch = epoch;
        }
    }

    private final LongAdder batches = new LongAdder();
    private final LongAdder inputs = new LongAdder();
    private final LongAdder handleNanos = new LongAdder();
    private final LongAdder releaseNanos = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final Commits commits;

    /**
     * Takes over a store whose start the configuration has answered and which knows its epoch; nothing runs yet.
     *
     * @param heldBack what shards share that hold back answers
     * @param onOverdue told of transactions that have been undecided here for long, again and again; must not block
     * @param onFailure called once, on this replica's thread and as its last act, if it must stop serving
     */
    ShardReplica(
            ShardId shard,
            LmdbReplicaStore store,
            NodeSettings settings,
            Sessions sessions,
            HeldBack heldBack,
            Consumer<Overdue> onOverdue,
            BiConsumer<ShardReplica, Node.Failure> onFailure) {
        this.shard = shard;
        this.settings = settings;
        this.self = settings.node().id();
        this.onOverdue = onOverdue;
        this.onFailure = onFailure;
        NodeSettings.Limits limits = settings.limits();
        this.inbox = new Inbox(limits.inboxMessages(), limits.inboxBytes());
        this.store = store;
        this.heldBack = new HeldQuestions(heldBack, this::answersNow);
        EpochState kept = store.epoch();
        if (kept == null) {
            throw new IllegalArgumentException("the disk of " + shard + " has not been told its epoch");
        }
        this.commits = new Commits();
        Participant participant =
                new Participant(store, store, store, new Participant.Settings(limits.maxClockAheadMicros()));
        IrReplica replica = new IrReplica(
                self,
                kept.membership(),
                new IrReplica.Settings(
                        limits.maxClockAheadMicros(),
                        settings.storage().forgetting().feedEntries()),
                store,
                participant);
        this.machine = new SweepingReplica(
                replica,
                RecoverySettings.DEFAULTS,
                new WaitingProposals(participant, WaitingSettings.DEFAULTS, WaitingRules.PROTOCOL));
        this.driver = new Driver<>(machine, ports(new ClientReplies(sessions)), null);
        this.thread = new Thread(this::run, "danta-" + self.number() + "-shard-" + shard.number());
    }

    private Driver.Ports ports(Transport replies) {
        return new Driver.Ports(
                clock,
                commits,
                replies,
                timers,
                bound -> ThreadLocalRandom.current().nextLong(bound + 1),
                this::tell);
    }

    private void tell(Report report) {
        if (report instanceof Overdue overdue) {
            onOverdue.accept(overdue);
        } else {
            holds.tell(report);
        }
    }

    /** Starts the thread and waits until the replica has taken up what its store holds. */
    int start() {
        thread.start();
        return started.join();
    }

    ShardId shard() {
        return shard;
    }

    /** Queues requests, and returns what there is no room for. */
    List<Envelope> offer(List<Envelope> requests) {
        return inbox.offer(requests);
    }

    /** Answers a question from a snapshot of what is durable, on the caller's thread; null if that is over. */
    @Nullable
    Envelope answer(Envelope envelope, IrMessage.Ask ask) {
        Shown before = shown;
        if (before == null) {
            return null;
        }
        Envelope told = untouched(before.epoch, envelope);
        if (told != null || !EpochRules.PROTOCOL.mayAnswer(before.epoch)) {
            return told;
        }
        Answer answer = readable(() -> {
            // The holds first and the snapshot second: see HoldChange.
            WriteHolds held = holds.takenFor(ask.query());
            return store.read(view -> view(view, view, held).answer(ask.query(), clock.now()));
        });
        if (answer == null) {
            return null;
        }
        reads.increment();
        return shown == before ? reply(before.epoch, new IrMessage.Answered(ask.id(), answer)) : null;
    }

    /** The same for questions about the log that were held back, from one snapshot, which reads the log once. */
    private List<Optional<Envelope>> answersNow(List<Envelope> envelopes) {
        Shown before = shown;
        if (before == null) {
            return Collections.nCopies(envelopes.size(), Optional.empty());
        }
        EpochState current = before.epoch;
        List<Optional<Envelope>> answers = readable(() -> store.read(view -> {
            ReadView all = view(view, new LogReadOnce(view), new Holds());
            List<Optional<Envelope>> found = new ArrayList<>(envelopes.size());
            for (Envelope envelope : envelopes) {
                IrMessage.Ask ask = (IrMessage.Ask) envelope.message();
                Envelope told = untouched(current, envelope);
                if (told == null && EpochRules.PROTOCOL.mayAnswer(current)) {
                    told = reply(current, new IrMessage.Answered(ask.id(), all.answer(ask.query(), clock.now())));
                }
                found.add(Optional.ofNullable(told));
            }
            return found;
        }));
        return answers != null && shown == before ? answers : Collections.nCopies(envelopes.size(), Optional.empty());
    }

    /** The reply to who asks in another epoch; null to others. */
    private @Nullable Envelope untouched(EpochState current, Envelope envelope) {
        return envelope.epoch().equals(current.membership().epoch())
                ? null
                : reply(current, new IrMessage.WrongEpoch(current.membership()));
    }

    private ReadView view(LmdbReplicaStore.View view, LogView log, WriteHolds held) {
        return new ReadView(
                view,
                view,
                log,
                held,
                view.deletedBelow(),
                ReadViewRules.PROTOCOL,
                SpendRules.PROTOCOL,
                StatePages.DEFAULTS.rangeBytesMax());
    }

    /** What was read; null, and the end of this replica, if the store cannot be read. */
    private <T> @Nullable T readable(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (StorageException unreadable) {
            if (!store.isClosed()) {
                readFailure = unreadable;
                halt();
            }
            return null;
        }
    }

    /** Holds a reply back that says that nothing is new, if that is wanted and there is room; else it is to be sent now. */
    boolean holdsBack(ClientSession from, Envelope question, Envelope reply) {
        return heldBack.hold(from, question, reply);
    }

    /** The connection is gone. */
    void forget(ClientSession session) {
        heldBack.forget(session);
    }

    /** The reply to a request that there is no room for; null if it is of a kind that is never refused. */
    @Nullable
    Envelope refusal(Envelope request) {
        EpochState current = epoch();
        if (current == null) {
            return null;
        }
        if (request.message() instanceof IrMessage.Propose propose) {
            return reply(current, new IrMessage.ProposeOverloaded(propose.id()));
        }
        if (request.message() instanceof IrMessage.Execute execute) {
            return reply(current, new IrMessage.OpOverloaded(execute.id()));
        }
        return null;
    }

    private Envelope reply(EpochState current, IrMessage.Reply reply) {
        return new Envelope(shard, current.membership().epoch(), new Address.Replica(self), reply);
    }

    /** What it knows of its shard's epochs; null while that changes, or before the start. */
    @Nullable
    EpochState epoch() {
        Shown now = shown;
        return now == null ? null : now.epoch;
    }

    /** Drawn when its folder was created. */
    long incarnation() {
        return store.incarnation();
    }

    /**
     * How much it keeps.
     *
     * @throws StorageException if it is closed
     */
    LmdbReplicaStore.Extent extent() {
        return store.extent();
    }

    /**
     * A hash of everything that it shows; reads all of it.
     *
     * @throws StorageException if it is closed
     */
    String digest() {
        return store.read(StateDigest::of);
    }

    /** Keys that undecided transactions are about to write here. */
    int heldKeys() {
        return holds.size();
    }

    Node.Stats stats() {
        return new Node.Stats(
                batches.sum(),
                inputs.sum(),
                commits.count.sum(),
                handleNanos.sum(),
                commits.nanos.sum(),
                Math.max(0, releaseNanos.sum() - commits.nanos.sum()),
                commits.nanosMax,
                reads.sum(),
                inbox.refused(),
                inbox.dropped(),
                inbox.size(),
                heldBack.size());
    }

    /** Handles what has come so far and then leaves its folder in good order; does not wait for that. */
    void finish() {
        inbox.close();
    }

    /** Leaves as a crash would: what has come and was not committed is lost. Does not wait for that. */
    void halt() {
        halted = true;
        inbox.closeEmpty();
    }

    /** Waits for the end of the thread, which it may not be itself. */
    void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Node.Failure failure =
                new Node.Failure("the thread of shard " + shard.number() + " has died", Node.Failure.BUG);
        try {
            failure = serve();
        } finally {
            // Also when an Error is on its way up: whoever waits for this thread must learn of it.
            inbox.closeEmpty();
            heldBack.close();
            if (failure != null) {
                started.completeExceptionally(new StorageException(failure.message()));
                onFailure.accept(this, failure);
            }
        }
    }

    /** Null after a good end. */
    private Node.@Nullable Failure serve() {
        try {
            takeUp();
            drainUntilClosed();
            leave();
            StorageException unreadable = readFailure;
            return unreadable == null ? null : storageFailure(unreadable);
        } catch (StorageException unusable) {
            leaveBroken();
            return storageFailure(unusable);
        } catch (RuntimeException | InterruptedException bug) {
            LOG.error("node {} stops serving shard {}: a bug", self.number(), shard.number(), bug);
            leaveBroken();
            return new Node.Failure(
                    "a bug stopped shard " + shard.number() + ": " + bug.getMessage(), Node.Failure.BUG);
        }
    }

    private Node.Failure storageFailure(StorageException unusable) {
        LOG.error("node {} stops serving shard {}: {}", self.number(), shard.number(), unusable.getMessage());
        LOG.debug("its cause", unusable);
        return new Node.Failure(String.valueOf(unusable.getMessage()), Node.Failure.STORAGE);
    }

    private void takeUp() {
        driver.handle(List.of(new SweepingReplica.Input.Started()));
        release();
        shown = new Shown(machine.epoch());
        started.complete(machine.undecided().size());
    }

    private void drainUntilClosed() throws InterruptedException {
        int most = settings.limits().batchMessages();
        long windowNanos = settings.storage().groupWindow().toNanos();
        long delayNanos =
                Math.max(windowNanos, settings.storage().decisionDelay().toNanos());
        List<SweepingReplica.Input> batch = new ArrayList<>();
        int kept = 0;
        long releaseAt = 0;
        while (inbox.drainTo(batch, most, patienceNanos(kept, releaseAt)) && !halted) {
            long before = System.nanoTime();
            boolean wokeSomebody = false;
            for (Timer timer : timers.takeDue()) {
                batch.add(new SweepingReplica.Input.TimerFired(timer));
            }
            if (!batch.isEmpty()) {
                driver.handle(batch);
                wokeSomebody = machine.takeUrgency();
                if (wokeSomebody) {
                    // In the same commit: its own would be another sync.
                    driver.handle(WAKE);
                }
                batches.increment();
                inputs.add(batch.size());
            }
            long handled = System.nanoTime();
            handleNanos.add(handled - before);
            boolean outcomesOnly = !wokeSomebody && batch.stream().allMatch(ShardReplica::isOutcome);
            long atLatest = handled + (outcomesOnly ? delayNanos : windowNanos);
            releaseAt = kept == 0 ? atLatest : Math.min(releaseAt, atLatest);
            kept += batch.size();
            boolean canWait = kept < most && handled < releaseAt;
            batch.clear();
            if (!canWait) {
                release();
                releaseNanos.add(System.nanoTime() - handled);
                kept = 0;
            }
        }
        if (!halted) {
            release();
        }
    }

    /** A new epoch is shown to readers when its holds are: what it began with may have been reported as committed before. */
    private void release() {
        driver.release();
        if (commits.hasNewEpoch) {
            commits.hasNewEpoch = false;
            shown = new Shown(machine.epoch());
            commits.hasLogged = true;
        }
        if (commits.hasLogged) {
            commits.hasLogged = false;
            heldBack.wake();
        }
    }

    private long patienceNanos(int kept, long releaseAt) {
        long untilRelease = kept == 0 ? FOREVER_NANOS : releaseAt - System.nanoTime();
        return Math.min(untilRelease, timers.patienceNanos());
    }

    private static boolean isOutcome(SweepingReplica.Input input) {
        return input instanceof SweepingReplica.Input.Received received
                && received.envelope().message() instanceof IrMessage.Decide;
    }

    private void leave() {
        if (halted) {
            store.abandon();
        } else {
            store.close();
        }
    }

    private void leaveBroken() {
        try {
            store.abandon();
        } catch (StorageException alsoBroken) {
            LOG.warn(
                    "node {} cannot leave the folder of shard {}: {}",
                    self.number(),
                    shard.number(),
                    alsoBroken.getMessage());
        }
    }

    /** The store, with the time that its commits take; keeps readers away while the epoch changes. */
    private final class Commits implements Storage {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();
        private volatile long nanosMax;
        private boolean hasNewEpoch;
        private boolean hasLogged;

        @Override
        public void apply(Mutation mutation) {
            if (mutation instanceof PutEpoch) {
                hasNewEpoch = true;
                shown = null;
            }
            hasLogged |= mutation instanceof AppendLog;
            store.apply(mutation);
        }

        @Override
        public void commit() {
            long before = System.nanoTime();
            store.commit();
            long taken = System.nanoTime() - before;
            count.increment();
            nanos.add(taken);
            nanosMax = Math.max(nanosMax, taken);
        }
    }
}
