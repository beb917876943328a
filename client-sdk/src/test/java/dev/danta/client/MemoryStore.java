package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.replica.LogEntry;
import dev.danta.ir.replica.MemoryRecords;
import dev.danta.ir.replica.RecordStore;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Storage;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One replica's state in memory; it outlives the replica's machine as a disk would. One thread at a time. */
final class MemoryStore implements Storage, VersionedStore, RelaxedStore, RecordStore {
    private final MemoryRecords records = new MemoryRecords(0);
    private final TreeMap<Key, TreeMap<Timestamp, Version>> versions = new TreeMap<>();
    private final Map<Key, RelaxedState> relaxed = new HashMap<>();

    @Override
    public void apply(Mutation mutation) {
        if (mutation instanceof PutVersion put) {
            versions.computeIfAbsent(put.key(), key -> new TreeMap<>())
                    .putIfAbsent(put.version().timestamp(), put.version());
        } else if (mutation instanceof PutRelaxed put) {
            relaxed.put(put.key(), put.state());
        } else if (mutation instanceof DropRelaxed drop) {
            relaxed.remove(drop.key());
        } else if (mutation instanceof Thinning thinning) {
            thinning.thin(versions.getOrDefault(thinning.key(), new TreeMap<>()));
        } else if (!records.change(mutation)) {
            throw new IllegalStateException("unknown: " + mutation);
        }
    }

    @Override
    public void commit() {
        // Memory is all there is.
    }

    @Override
    public OpRecord record(Timestamp id) {
        return records.record(id);
    }

    @Override
    public List<OpRecord> undecided() {
        return records.undecided();
    }

    @Override
    public List<OpRecord> records(Timestamp after, Timestamp upTo, int most) {
        return records.records(after, upTo, most);
    }

    @Override
    public Timestamp greatestId() {
        return records.greatestId();
    }

    @Override
    public Watermarks watermarks() {
        return records.watermarks();
    }

    @Override
    public EpochState epoch() {
        return records.epoch();
    }

    @Override
    public List<Key> relaxedKeys(Bytes after, int most) {
        return relaxed.keySet().stream()
                .filter(key -> key.bytes().compareTo(after) > 0)
                .sorted()
                .limit(most)
                .toList();
    }

    @Override
    public LogIncarnation logIncarnation() {
        return records.logIncarnation();
    }

    @Override
    public long logStart() {
        return records.logStart();
    }

    @Override
    public long logEnd() {
        return records.logEnd();
    }

    @Override
    public List<LogEntry> log(long after, int most) {
        return records.log(after, most);
    }

    @Override
    public List<LogCursor> cursors() {
        return records.cursors();
    }

    @Override
    public Timestamp deletedBelow() {
        return records.watermarks().deletedBelow();
    }

    @Override
    public Version newest(Key key) {
        TreeMap<Timestamp, Version> known = versions.get(key);
        return known == null || known.isEmpty()
                ? Version.NEVER_THERE
                : known.lastEntry().getValue();
    }

    @Override
    public Version newest(Key key, Timestamp upTo) {
        Map.Entry<Timestamp, Version> found =
                versions.getOrDefault(key, new TreeMap<>()).floorEntry(upTo);
        return found == null ? Version.NEVER_THERE : found.getValue();
    }

    @Override
    public void scan(KeyRange range, Visitor visitor) {
        for (Map.Entry<Key, TreeMap<Timestamp, Version>> entry :
                versions.subMap(range.from(), range.to()).entrySet()) {
            if (!entry.getValue().isEmpty()
                    && !visitor.visit(
                            entry.getKey(), entry.getValue().lastEntry().getValue())) {
                return;
            }
        }
    }

    @Override
    public void scanBack(KeyRange range, Visitor visitor) {
        for (Map.Entry<Key, TreeMap<Timestamp, Version>> entry : versions.subMap(range.from(), true, range.to(), false)
                .descendingMap()
                .entrySet()) {
            if (!entry.getValue().isEmpty()
                    && !visitor.visit(
                            entry.getKey(), entry.getValue().lastEntry().getValue())) {
                return;
            }
        }
    }

    @Override
    public RelaxedState relaxed(Key key) {
        return relaxed.get(key);
    }
}
