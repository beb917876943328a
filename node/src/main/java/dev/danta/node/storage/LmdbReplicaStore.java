package dev.danta.node.storage;

import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.replica.LogEntry;
import dev.danta.ir.replica.LogView;
import dev.danta.ir.replica.RecordStore;
import dev.danta.ir.runtime.Invariant;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.StorageException;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.participant.RelaxedStore;
import dev.danta.wire.codec.MalformedMessageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Env;
import org.lmdbjava.LmdbException;

/**
 * The state of one replica of one shard in one folder. A batch is one write transaction of LMDB with LMDB's own sync: after
 * a crash all of it is there or none. With {@link Durability#NOSYNC} that holds for a crash of the process; after one of
 * the machine the folder cannot be opened any more.
 *
 * <p>Threads: {@link #apply}, {@link #commit} and the reads of {@link RecordStore}, {@link VersionedStore} and
 * {@link RelaxedStore} belong to one thread, the replica's, and see what was applied but not committed too. {@link #read}
 * is for everybody else and sees what is durable. {@link #close} may come from any thread while no batch is open, and from
 * the replica's at any time. Whoever comes too late gets a {@link StorageException}.
 *
 * <p>Invariants: LMDB is touched inside the gate only; the map is changed, and the environment closed, with the gate shut;
 * nothing that LMDB handed out leaves a transaction uncopied. After a change has failed, only {@link #read} and
 * {@link #close} are left.
 */
public final class LmdbReplicaStore implements Storage, RecordStore, VersionedStore, RelaxedStore, AutoCloseable {
    /** What a snapshot shows. Valid only within the call that handed it out. */
    public interface View extends VersionedStore, RelaxedStore, LogView {}

    private final Environment environment;
    private final Snapshots snapshots;
    private final Semaphore snapshotPermits;
    private final Gate gate = new Gate();
    private volatile boolean closed;

    private final Batch.WriteBuffers buffers = new Batch.WriteBuffers();
    /** The batch's changes: a full map ends LMDB's transaction, and they are made again in the next one. */
    private final List<Mutation> applied = new ArrayList<>();

    private @Nullable Batch batch;
    private volatile @Nullable Thread batchOwner;
    private boolean failed;

    private LmdbReplicaStore(Environment environment, StoreSettings settings) {
        this.environment = environment;
        this.snapshots = new Snapshots(environment);
        this.snapshotPermits = new Semaphore(settings.snapshotsMax());
    }

    /**
     * Opens the store in {@code folder}, which is created if it is not there.
     *
     * @throws StorageException if the folder cannot be created or written, is in use, belongs to somebody else, its file
     *     is damaged or of another format, or it may have lost what it had acknowledged
     */
    public static LmdbReplicaStore open(Path folder, ReplicaIdentity identity, StoreSettings settings) {
        return open(folder, identity, settings, BootId.current());
    }

    /** The same, in the start {@code boot} of the machine. */
    static LmdbReplicaStore open(Path folder, ReplicaIdentity identity, StoreSettings settings, String boot) {
        return new LmdbReplicaStore(Environment.open(folder, identity, settings, boot), settings);
    }

    /** Where it is kept, without links and relative parts. */
    public Path folder() {
        return environment.folder();
    }

    /** Drawn when the folder was created. */
    public long incarnation() {
        return environment.facts().incarnation();
    }

    /** How many starts on the folder had been made before; one that was not answered is made again. */
    public long earlierStarts() {
        return environment.before().starts();
    }

    /** Whether it was closed in good order the last time; true for a new one. */
    public boolean wasClosedCleanly() {
        return environment.before().clean();
    }

    /** What the folder says of itself when a process starts on it; for the replica's thread. */
    public DiskIdentity disk() {
        FolderFacts facts = environment.facts();
        Long life = facts.life();
        return new DiskIdentity(
                facts.incarnation(),
                facts.starts(),
                life == null ? 0 : life,
                new DiskIdentity.LogEnd(logIncarnation().epoch(), logEnd()));
    }

    /** The configuration knows of the start, and the process goes on; durable when this returns. For the replica's thread. */
    public void onStartAnswered() {
        FolderFacts answered = environment.facts().answered();
        change(() -> answered.write(openBatch()), () -> answered.write(openBatch()));
        change(this::commitBatch, () -> {
            answered.write(openBatch());
            commitBatch();
        });
        environment.now(answered);
    }

    /**
     * How much is kept.
     *
     * @param records of transactions
     * @param undecided among them
     * @param logEnd the number of the last entry of the log
     * @param bytes of the file that are in use
     */
    public record Extent(long records, long undecided, long logEnd, long bytes) {}

    /** What is durable now, for any thread. */
    public Extent extent() {
        return readBeside(reader ->
                new Extent(reader.recordCount(), reader.undecidedCount(), reader.logEnd(), environment.usedBytes()));
    }

    @Override
    public void apply(Mutation mutation) {
        applied.add(mutation);
        change(() -> openBatch().apply(mutation), this::applyAgain);
    }

    @Override
    public void commit() {
        if (applied.isEmpty()) {
            return;
        }
        change(this::commitBatch, () -> {
            applyAgain();
            commitBatch();
        });
        applied.clear();
    }

    private Batch openBatch() {
        if (batch == null) {
            batchOwner = Thread.currentThread();
            batch = new Batch(environment.tables(), environment.env().txnWrite(), buffers);
        }
        return batch;
    }

    private void applyAgain() {
        applied.forEach(openBatch()::apply);
    }

    private void commitBatch() {
        openBatch().commit();
        batch = null;
        batchOwner = null;
        environment.keepSlack();
    }

    private void abortBatch() {
        if (batch != null) {
            batch.abort();
            batch = null;
            batchOwner = null;
        }
    }

    /** Runs a step of the batch; whenever the map is full, grows it and runs the whole batch up to there. */
    private void change(Runnable step, Runnable fromTheBeginning) {
        Invariant.check(!failed, "a store that failed is not used again", folder());
        failed = true;
        boolean fits = touch("cannot be written", () -> fits(step));
        while (!fits) {
            gate.shut(this::growMap);
            fits = touch("cannot be written", () -> fits(fromTheBeginning));
        }
        failed = false;
    }

    private boolean fits(Runnable step) {
        try {
            step.run();
            return true;
        } catch (Env.MapFullException full) {
            abortBatch();
            return false;
        }
    }

    private void growMap() {
        // Read transactions that are at rest have no pages in use, but a remapped one has never been promised to work.
        snapshots.closeIdle();
        try {
            environment.growMap();
        } catch (LmdbException refused) {
            throw environment.failure("cannot grow its map", refused);
        }
    }

    @Override
    public @Nullable OpRecord record(Timestamp id) {
        return readOwn(reader -> reader.record(id));
    }

    @Override
    public List<OpRecord> undecided() {
        return readOwn(reader -> {
            List<OpRecord> records = new ArrayList<>();
            for (Timestamp id : reader.undecided()) {
                OpRecord known = reader.record(id);
                if (known == null || known.decision() != null) {
                    throw new StorageException("the store in " + folder() + " is damaged: it lists operation " + id
                            + " as undecided, and it is " + (known == null ? "missing" : "decided"));
                }
                records.add(known);
            }
            return records;
        });
    }

    @Override
    public List<OpRecord> records(Timestamp after, Timestamp upTo, int most) {
        return readOwn(reader -> reader.records(after, upTo, most));
    }

    @Override
    public Timestamp greatestId() {
        return readOwn(Reader::greatestId);
    }

    @Override
    public Watermarks watermarks() {
        return readOwn(Reader::watermarks);
    }

    @Override
    public @Nullable EpochState epoch() {
        return readOwn(Reader::epoch);
    }

    @Override
    public List<Key> relaxedKeys(Bytes after, int most) {
        return readOwn(reader -> reader.relaxedKeys(after, most));
    }

    @Override
    public LogIncarnation logIncarnation() {
        return readOwn(Reader::logIncarnation);
    }

    @Override
    public long logStart() {
        return readOwn(Reader::logStart);
    }

    @Override
    public long logEnd() {
        return readOwn(Reader::logEnd);
    }

    @Override
    public List<LogEntry> log(long after, int most) {
        return readOwn(reader -> reader.log(after, most));
    }

    @Override
    public List<LogCursor> cursors() {
        return readOwn(Reader::cursors);
    }

    @Override
    public Timestamp deletedBelow() {
        return watermarks().deletedBelow();
    }

    @Override
    public Version newest(Key key) {
        return readOwn(reader -> reader.newest(key));
    }

    @Override
    public Version newest(Key key, Timestamp upTo) {
        return readOwn(reader -> reader.newest(key, upTo));
    }

    @Override
    public void scan(KeyRange range, Visitor visitor) {
        readOwn(reader -> {
            reader.scan(range, visitor);
            return true;
        });
    }

    @Override
    public void scanBack(KeyRange range, Visitor visitor) {
        readOwn(reader -> {
            reader.scanBack(range, visitor);
            return true;
        });
    }

    @Override
    public @Nullable RelaxedState relaxed(Key key) {
        return readOwn(reader -> reader.relaxed(key));
    }

    /**
     * Gives {@code question} a snapshot of what is durable now, for the length of the call; for any thread. It should be
     * short: a snapshot keeps the space of whatever is replaced meanwhile, and a closing store waits for it.
     *
     * @throws StorageException if the store is closed or cannot be read
     */
    public <T> T read(Function<View, T> question) {
        return readBeside(question::apply);
    }

    private <T> T readBeside(Function<Reader, T> question) {
        snapshotPermits.acquireUninterruptibly();
        try {
            return touch("cannot be read", () -> snapshots.read(question));
        } finally {
            snapshotPermits.release();
        }
    }

    private <T extends @Nullable Object> T readOwn(Function<Reader, T> question) {
        return touch("cannot be read", () -> {
            Batch open = batch;
            return open == null ? snapshots.read(question) : question.apply(open.reader());
        });
    }

    /** Everything that touches LMDB goes through here. */
    private <T extends @Nullable Object> T touch(String failing, Supplier<T> work) {
        return gate.inside(() -> {
            if (closed) {
                throw new StorageException("the store in " + folder() + " is closed");
            }
            try {
                return work.get();
            } catch (LmdbException complaint) {
                throw environment.failure(failing, complaint);
            } catch (MalformedMessageException damaged) {
                throw new StorageException(
                        "the store in " + folder() + " is damaged: " + damaged.getMessage(), damaged);
            }
        });
    }

    /** Whether {@link #close} or {@link #abandon} was called. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Drops what was applied but not committed, waits for readers, and leaves in good order. Closing twice does nothing.
     *
     * @throws IllegalStateException if another thread has a batch open
     * @throws StorageException if the folder cannot be left in good order; it is left all the same
     */
    @Override
    public void close() {
        leave(!failed);
    }

    /** Leaves as {@link #close} does, but so that the next start sees what a crash would have left. */
    public void abandon() {
        leave(false);
    }

    private void leave(boolean inGoodOrder) {
        Thread owner = batchOwner;
        if (owner != null && owner != Thread.currentThread()) {
            throw new IllegalStateException("thread " + owner.getName() + " has a batch open in " + folder());
        }
        if (closed) {
            return;
        }
        try {
            touch("cannot be left", () -> {
                abortBatch();
                return true;
            });
            applied.clear();
            if (inGoodOrder) {
                change(this::markClean, this::markClean);
            }
        } finally {
            gate.shut(this::closeAll);
        }
    }

    private void markClean() {
        // First what it is the mark of.
        environment.sync();
        environment.facts().closed().write(openBatch());
        commitBatch();
        environment.sync();
    }

    private void closeAll() {
        if (!closed) {
            closed = true;
            snapshots.closeIdle();
            environment.close();
        }
    }
}
