package dev.danta.sim.disk;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.replica.AppendLog;
import dev.danta.ir.replica.DropRecord;
import dev.danta.ir.replica.InstallRecord;
import dev.danta.ir.replica.LogEntry;
import dev.danta.ir.replica.MemoryRecords;
import dev.danta.ir.replica.PutEpoch;
import dev.danta.ir.replica.PutRecord;
import dev.danta.ir.replica.PutWatermarks;
import dev.danta.ir.replica.RecordStore;
import dev.danta.ir.replica.TruncateLog;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.StorageException;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.participant.DropRelaxed;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import dev.danta.txn.participant.RelaxedStore;
import dev.danta.txn.participant.Thinning;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
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
    private Image durable;
    private final List<Mutation> open = new ArrayList<>();
    /** The durable image with the open batch. */
    private Image current;

    private boolean lost;
    private int losses;

    /** What is on the platter. */
    public static final class Image implements VersionedStore, RelaxedStore {
        private final MemoryRecords records;
        private final TreeMap<Key, NavigableMap<Timestamp, Version>> versions = new TreeMap<>();
        private final TreeMap<Key, RelaxedState> relaxed = new TreeMap<>();

        private long starts;
        private @Nullable Long unansweredLife;

        private Image(MemoryRecords records) {
            this.records = records;
        }

        private Image copy() {
            Image copy = new Image(records.copy());
            versions.forEach((key, all) -> copy.versions.put(key, new TreeMap<>(all)));
            copy.relaxed.putAll(relaxed);
            copy.starts = starts;
            copy.unansweredLife = unansweredLife;
            return copy;
        }

        /** How many processes have started on it. */
        public long starts() {
            return starts;
        }

        public @Nullable OpRecord record(Timestamp id) {
            return records.record(id);
        }

        /** All records, by id. */
        public SortedMap<Timestamp, OpRecord> records() {
            return records.records();
        }

        /** The records without a decision, by id. */
        public Collection<OpRecord> undecided() {
            return records.undecidedNow();
        }

        public Watermarks watermarks() {
            return records.watermarks();
        }

        /** Watermarks, log and cursors, as a machine reads them. */
        public RecordStore recordStore() {
            return records;
        }

        @Override
        public Version newest(Key key) {
            NavigableMap<Timestamp, Version> all = versions.get(key);
            return all == null ? Version.NEVER_THERE : all.lastEntry().getValue();
        }

        @Override
        public Version newest(Key key, Timestamp upTo) {
            Map.Entry<Timestamp, Version> found =
                    versions.getOrDefault(key, Collections.emptyNavigableMap()).floorEntry(upTo);
            return found == null ? Version.NEVER_THERE : found.getValue();
        }

        @Override
        public void scan(KeyRange range, Visitor visitor) {
            for (var entry : versions.subMap(range.from(), range.to()).entrySet()) {
                if (!visitor.visit(entry.getKey(), entry.getValue().lastEntry().getValue())) {
                    return;
                }
            }
        }

        @Override
        public void scanBack(KeyRange range, Visitor visitor) {
            for (var entry : versions.subMap(range.from(), true, range.to(), false)
                    .descendingMap()
                    .entrySet()) {
                if (!visitor.visit(entry.getKey(), entry.getValue().lastEntry().getValue())) {
                    return;
                }
            }
        }

        @Override
        public Timestamp deletedBelow() {
            return records.watermarks().deletedBelow();
        }

        @Override
        public @Nullable RelaxedState relaxed(Key key) {
            return relaxed.get(key);
        }

        @Override
        public List<Key> relaxedKeys(Bytes after, int most) {
            return relaxed.keySet().stream()
                    .filter(key -> key.bytes().compareTo(after) > 0)
                    .limit(most)
                    .toList();
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
            if (mutation instanceof PutVersion put) {
                versions.computeIfAbsent(put.key(), k -> new TreeMap<>())
                        .putIfAbsent(put.version().timestamp(), put.version());
            } else if (mutation instanceof Thinning thinning) {
                versions.computeIfPresent(thinning.key(), (key, all) -> {
                    thinning.thin(all);
                    return all.isEmpty() ? null : all;
                });
            } else if (mutation instanceof PutRelaxed put) {
                relaxed.put(put.key(), put.state());
            } else if (mutation instanceof DropRelaxed drop) {
                relaxed.remove(drop.key());
            } else if (!records.change(mutation)) {
                throw new StorageException("the simulated disk does not know " + mutation);
            }
        }
    }

    public SimDisk(DiskWatch watch) {
        this.watch = watch;
        this.durable = new Image(new MemoryRecords(0));
        this.current = durable.copy();
    }

    @Override
    public void apply(Mutation mutation) {
        if (mutation instanceof PutRecord put) {
            watch.onRecord(record(put.record().id()), put.record());
        } else if (mutation instanceof InstallRecord put) {
            watch.onInstalled(record(put.record().id()), put.record());
        } else if (mutation instanceof PutEpoch put) {
            watch.onEpoch(epoch(), put.epoch());
            lost &= !put.epoch().isServing();
        } else if (mutation instanceof PutVersion put) {
            watch.onVersion(put);
        } else if (mutation instanceof PutRelaxed put) {
            watch.onRelaxed(relaxed(put.key()), put);
        } else if (mutation instanceof DropRelaxed drop) {
            watch.onRelaxedDropped(drop.key(), relaxed(drop.key()));
        } else if (mutation instanceof PutWatermarks put) {
            watch.onWatermarks(current.watermarks(), put.watermarks());
        } else if (mutation instanceof AppendLog append) {
            watch.onLogAppended(current.records.logIncarnation(), append.number());
        } else if (mutation instanceof TruncateLog truncate) {
            watch.onLogTruncated(truncate.last());
        } else if (mutation instanceof DropRecord drop) {
            OpRecord dropped = record(drop.id());
            if (dropped != null) {
                watch.onDropped(dropped);
            }
        } else if (mutation instanceof Thinning thinning) {
            watch.onThinned(thinning, current.versions.getOrDefault(thinning.key(), new TreeMap<>()));
        }
        current.change(mutation);
        open.add(mutation);
    }

    @Override
    public void commit() {
        LinkedHashMap<Timestamp, OpRecord> changed = new LinkedHashMap<>();
        LinkedHashMap<Timestamp, OpRecord> installed = new LinkedHashMap<>();
        boolean isMarked = false;
        for (Mutation mutation : open) {
            isMarked |= mutation instanceof PutEpoch || mutation instanceof PutWatermarks;
            if (mutation instanceof PutEpoch) {
                // What was put before is of the epoch that may end here; what is installed is of the one that begins.
                changed.values().forEach(watch::onDurable);
                changed.clear();
            }
            OpRecord dropped = mutation instanceof DropRecord drop ? durable.record(drop.id()) : null;
            durable.change(mutation);
            if (dropped != null && dropped.decision() == null) {
                OpRecord dying = changed.remove(dropped.id());
                if (dying != null) {
                    watch.onDurable(dying);
                }
                watch.onUndecidedDropped(dropped);
            } else if (mutation instanceof AppendLog append) {
                watch.onLogDurable(durable.records.logIncarnation(), append.number());
            } else if (mutation instanceof PutRecord put) {
                changed.put(put.record().id(), put.record());
            } else if (mutation instanceof InstallRecord put) {
                installed.put(put.record().id(), put.record());
            }
        }
        open.clear();
        installed.keySet().removeAll(changed.keySet());
        installed.values().forEach(watch::onDurable);
        changed.values().forEach(watch::onDurable);
        if (isMarked) {
            watch.onMarked(durable.watermarks());
        }
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
        if (!open.isEmpty()) {
            open.clear();
            current = durable.copy();
        }
    }

    /**
     * A process starts on it; durable at once. A start that the configuration has not answered is made once more, not counted
     * again: else an old copy could catch up with what was seen of the disk by starting often.
     *
     * @param life the start's, unless it is one that was made before
     * @return the start's
     */
    public long start(long life) {
        if (durable.unansweredLife == null) {
            durable.starts++;
            durable.unansweredLife = life;
            current.starts = durable.starts;
            current.unansweredLife = life;
        }
        return durable.unansweredLife;
    }

    /** The configuration knows of the start, and the process goes on; durable at once. */
    public void onStartAnswered() {
        durable.unansweredLife = null;
        current.unansweredLife = null;
    }

    /** Everything is lost; it is as good as new, and another incarnation. */
    public void format(long incarnation) {
        lost = durable.records.epoch() != null;
        losses++;
        open.clear();
        durable = new Image(new MemoryRecords(incarnation));
        current = durable.copy();
    }

    /** What a backup would have. */
    public Image backup() {
        return durable.copy();
    }

    /** Holds from now on what it held when {@code backup} was made. */
    public void restore(Image backup) {
        lost = true;
        losses++;
        open.clear();
        durable = backup.copy();
        current = durable.copy();
    }

    /** Whether what was here before is gone and nothing has come in its place yet. */
    public boolean isLost() {
        return lost;
    }

    /** How often what was here was lost, or some of it. */
    public int losses() {
        return losses;
    }

    /** What would survive a crash now. */
    public Image durable() {
        return durable;
    }

    @Override
    public @Nullable OpRecord record(Timestamp id) {
        return current.record(id);
    }

    @Override
    public List<OpRecord> undecided() {
        return current.records.undecided();
    }

    /** As {@link #undecided}, without a copy. */
    public Collection<OpRecord> undecidedNow() {
        return current.undecided();
    }

    @Override
    public List<OpRecord> records(Timestamp after, Timestamp upTo, int most) {
        return current.records.records(after, upTo, most);
    }

    @Override
    public Timestamp greatestId() {
        return current.records.greatestId();
    }

    @Override
    public Watermarks watermarks() {
        return current.watermarks();
    }

    @Override
    public @Nullable EpochState epoch() {
        return current.records.epoch();
    }

    @Override
    public List<Key> relaxedKeys(Bytes after, int most) {
        return current.relaxed.keySet().stream()
                .filter(key -> key.bytes().compareTo(after) > 0)
                .limit(most)
                .toList();
    }

    @Override
    public LogIncarnation logIncarnation() {
        return current.records.logIncarnation();
    }

    @Override
    public long logStart() {
        return current.records.logStart();
    }

    @Override
    public long logEnd() {
        return current.records.logEnd();
    }

    @Override
    public List<LogEntry> log(long after, int most) {
        return current.records.log(after, most);
    }

    @Override
    public List<LogCursor> cursors() {
        return current.records.cursors();
    }

    @Override
    public Version newest(Key key) {
        return current.newest(key);
    }

    @Override
    public Version newest(Key key, Timestamp upTo) {
        return current.newest(key, upTo);
    }

    @Override
    public Timestamp deletedBelow() {
        return current.deletedBelow();
    }

    @Override
    public void scan(KeyRange range, Visitor visitor) {
        current.scan(range, visitor);
    }

    @Override
    public void scanBack(KeyRange range, Visitor visitor) {
        current.scanBack(range, visitor);
    }

    @Override
    public @Nullable RelaxedState relaxed(Key key) {
        return current.relaxed(key);
    }
}
