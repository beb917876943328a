package dev.danta.sim.disk;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.replica.PutRecord;
import dev.danta.ir.replica.RecordStore;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.StorageException;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import dev.danta.txn.participant.RelaxedStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One replica's store: a durable image, and the open batch on top of it, which a crash loses as a whole. What the machine
 * reads shows the open batch; {@link #durable} shows what would survive. How long a commit takes is its owner's affair.
 *
 * <p>It outlives the processes that use it. Not thread-safe.
 */
public final class SimDisk implements Storage, RecordStore, VersionedStore, RelaxedStore {
    private final DiskWatch watch;
    private final Image durable = new Image();
    private final List<Mutation> open = new ArrayList<>();
    private final Map<Timestamp, OpRecord> openRecords = new LinkedHashMap<>();
    private final Map<Key, Version> openVersions = new LinkedHashMap<>();
    private final Map<Key, RelaxedState> openRelaxed = new LinkedHashMap<>();
    private final TreeMap<Timestamp, OpRecord> undecided = new TreeMap<>();

    /** What is on the platter. */
    public static final class Image implements VersionedStore, RelaxedStore {
        private final TreeMap<Timestamp, OpRecord> records = new TreeMap<>();
        private final TreeMap<Timestamp, OpRecord> undecided = new TreeMap<>();
        private final TreeMap<Key, NavigableMap<Timestamp, Version>> versions = new TreeMap<>();
        private final TreeMap<Key, RelaxedState> relaxed = new TreeMap<>();

        public @Nullable OpRecord record(Timestamp id) {
            return records.get(id);
        }

        /** All records, by id. */
        public SortedMap<Timestamp, OpRecord> records() {
            return Collections.unmodifiableSortedMap(records);
        }

        /** The records without a decision, by id. */
        public Collection<OpRecord> undecided() {
            return Collections.unmodifiableCollection(undecided.values());
        }

        @Override
        public Version newest(Key key) {
            NavigableMap<Timestamp, Version> all = versions.get(key);
            return all == null ? Version.NEVER_THERE : all.lastEntry().getValue();
        }

        @Override
        public @Nullable RelaxedState relaxed(Key key) {
            return relaxed.get(key);
        }

        /** Every version of every key. */
        public SortedMap<Key, NavigableMap<Timestamp, Version>> versions() {
            return Collections.unmodifiableSortedMap(versions);
        }

        /** Every relaxed value. */
        public SortedMap<Key, RelaxedState> relaxed() {
            return Collections.unmodifiableSortedMap(relaxed);
        }

        private void change(Mutation mutation) {
            if (mutation instanceof PutRecord put) {
                records.put(put.record().id(), put.record());
                keepUndecided(undecided, put.record());
            } else if (mutation instanceof PutVersion put) {
                versions.computeIfAbsent(put.key(), k -> new TreeMap<>())
                        .putIfAbsent(put.version().timestamp(), put.version());
            } else if (mutation instanceof PutRelaxed put) {
                relaxed.put(put.key(), put.state());
            }
        }
    }

    public SimDisk(DiskWatch watch) {
        this.watch = watch;
    }

    private static void keepUndecided(Map<Timestamp, OpRecord> undecided, OpRecord record) {
        if (record.decision() == null) {
            undecided.put(record.id(), record);
        } else {
            undecided.remove(record.id());
        }
    }

    @Override
    public void apply(Mutation mutation) {
        if (mutation instanceof PutRecord put) {
            watch.onRecord(record(put.record().id()), put.record());
            openRecords.put(put.record().id(), put.record());
            keepUndecided(undecided, put.record());
        } else if (mutation instanceof PutVersion put) {
            watch.onVersion(put);
            if (put.version().timestamp().isAbove(newest(put.key()).timestamp())) {
                openVersions.put(put.key(), put.version());
            }
        } else if (mutation instanceof PutRelaxed put) {
            watch.onRelaxed(relaxed(put.key()), put);
            openRelaxed.put(put.key(), put.state());
        } else {
            throw new StorageException("the simulated disk does not know " + mutation);
        }
        open.add(mutation);
    }

    @Override
    public void commit() {
        List<OpRecord> changed = List.copyOf(openRecords.values());
        open.forEach(durable::change);
        forgetOpen();
        changed.forEach(watch::onDurable);
    }

    private void forgetOpen() {
        open.clear();
        openRecords.clear();
        openVersions.clear();
        openRelaxed.clear();
    }

    /** Whether there is something that a crash would lose. */
    public boolean hasOpenChanges() {
        return !open.isEmpty();
    }

    /**
     * The machine is gone in the middle of a commit, and this is what reached the platter and counts: the first
     * {@code changes} of the open batch. A store that keeps its promise has 0 here, whatever it had written: what makes a
     * batch valid is one page, written last, and where that is torn the page of the batch before is still there.
     */
    public void tear(int changes) {
        open.stream().limit(changes).forEach(durable::change);
        crash();
    }

    /** The machine is gone: the open batch is lost. */
    public void crash() {
        forgetOpen();
        undecided.clear();
        undecided.putAll(durable.undecided);
    }

    /** What would survive a crash now. */
    public Image durable() {
        return durable;
    }

    @Override
    public @Nullable OpRecord record(Timestamp id) {
        OpRecord fresh = openRecords.get(id);
        return fresh != null ? fresh : durable.record(id);
    }

    @Override
    public List<OpRecord> undecided() {
        return List.copyOf(undecided.values());
    }

    /** As {@link #undecided}, without a copy. */
    public Collection<OpRecord> undecidedNow() {
        return Collections.unmodifiableCollection(undecided.values());
    }

    @Override
    public Version newest(Key key) {
        return Objects.requireNonNullElseGet(openVersions.get(key), () -> durable.newest(key));
    }

    @Override
    public @Nullable RelaxedState relaxed(Key key) {
        RelaxedState fresh = openRelaxed.get(key);
        return fresh != null ? fresh : durable.relaxed(key);
    }
}
