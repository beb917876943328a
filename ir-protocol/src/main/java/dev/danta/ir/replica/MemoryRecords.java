package dev.danta.ir.replica;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.runtime.Mutation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A replica's records and log in memory: what simulated disks and tests are made of. Not thread-safe. */
public final class MemoryRecords implements RecordStore {
    private final TreeMap<Timestamp, OpRecord> records = new TreeMap<>();
    private final TreeMap<Timestamp, OpRecord> undecided = new TreeMap<>();
    private final TreeMap<Long, LogEntry> log = new TreeMap<>();
    private final TreeMap<ReplicaId, LogCursor> cursors = new TreeMap<>();
    private LogIncarnation incarnation;
    private Watermarks watermarks = Watermarks.NONE;
    private @Nullable EpochState epoch;

    /** Empty, in the first epoch. */
    public MemoryRecords(long disk) {
        this.incarnation = new LogIncarnation(disk, Epoch.FIRST);
    }

    /** The same content, which changes apart from now on. */
    public MemoryRecords copy() {
        MemoryRecords copy = new MemoryRecords(incarnation.disk());
        copy.records.putAll(records);
        copy.undecided.putAll(undecided);
        copy.log.putAll(log);
        copy.cursors.putAll(cursors);
        copy.watermarks = watermarks;
        copy.incarnation = incarnation;
        copy.epoch = epoch;
        return copy;
    }

    /** Makes the change if it is one of those that concern records and log; whether it was. */
    public boolean change(Mutation mutation) {
        if (mutation instanceof PutRecord put) {
            put(put.record());
        } else if (mutation instanceof InstallRecord install) {
            put(install.record());
        } else if (mutation instanceof PutEpoch put) {
            epoch = put.epoch();
        } else if (mutation instanceof StartLog start) {
            incarnation = new LogIncarnation(incarnation.disk(), start.epoch());
            log.clear();
        } else if (mutation instanceof DropRecord drop) {
            records.remove(drop.id());
            undecided.remove(drop.id());
        } else if (mutation instanceof AppendLog append) {
            log.put(append.number(), append.entry());
        } else if (mutation instanceof TruncateLog truncate) {
            log.subMap(truncate.first(), true, truncate.last(), true).clear();
        } else if (mutation instanceof PutWatermarks put) {
            watermarks = put.watermarks();
        } else if (mutation instanceof PutCursor put) {
            cursors.put(put.cursor().source(), put.cursor());
        } else {
            return false;
        }
        return true;
    }

    private void put(OpRecord record) {
        records.put(record.id(), record);
        if (record.decision() == null) {
            undecided.put(record.id(), record);
        } else {
            undecided.remove(record.id());
        }
    }

    @Override
    public @Nullable OpRecord record(Timestamp id) {
        return records.get(id);
    }

    /** All records, by id. */
    public SortedMap<Timestamp, OpRecord> records() {
        return Collections.unmodifiableSortedMap(records);
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
    public List<OpRecord> records(Timestamp after, Timestamp upTo, int most) {
        if (!upTo.isAbove(after)) {
            return List.of();
        }
        return records.subMap(after, false, upTo, true).values().stream()
                .limit(most)
                .toList();
    }

    @Override
    public Timestamp greatestId() {
        return records.isEmpty() ? Timestamp.ZERO : records.lastKey();
    }

    @Override
    public Watermarks watermarks() {
        return watermarks;
    }

    @Override
    public @Nullable EpochState epoch() {
        return epoch;
    }

    @Override
    public LogIncarnation logIncarnation() {
        return incarnation;
    }

    @Override
    public long logStart() {
        return log.isEmpty() ? 1 : log.firstKey();
    }

    @Override
    public long logEnd() {
        return log.isEmpty() ? 0 : log.lastKey();
    }

    @Override
    public List<LogEntry> log(long after, int most) {
        return log.tailMap(after, false).values().stream().limit(most).toList();
    }

    @Override
    public List<LogCursor> cursors() {
        return new ArrayList<>(cursors.values());
    }
}
