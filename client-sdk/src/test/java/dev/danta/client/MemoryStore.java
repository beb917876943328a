package dev.danta.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.replica.PutRecord;
import dev.danta.ir.replica.RecordStore;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Storage;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import dev.danta.txn.participant.RelaxedStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One replica's state in memory; it outlives the replica's machine as a disk would. One thread at a time. */
final class MemoryStore implements Storage, VersionedStore, RelaxedStore, RecordStore {
    private final Map<Timestamp, OpRecord> records = new TreeMap<>();
    private final Map<Key, TreeMap<Timestamp, Version>> versions = new HashMap<>();
    private final Map<Key, RelaxedState> relaxed = new HashMap<>();

    @Override
    public void apply(Mutation mutation) {
        if (mutation instanceof PutRecord put) {
            records.put(put.record().id(), put.record());
        } else if (mutation instanceof PutVersion put) {
            versions.computeIfAbsent(put.key(), key -> new TreeMap<>())
                    .putIfAbsent(put.version().timestamp(), put.version());
        } else if (mutation instanceof PutRelaxed put) {
            relaxed.put(put.key(), put.state());
        } else {
            throw new IllegalStateException("unknown: " + mutation);
        }
    }

    @Override
    public void commit() {
        // Memory is all there is.
    }

    @Override
    public OpRecord record(Timestamp id) {
        return records.get(id);
    }

    @Override
    public List<OpRecord> undecided() {
        return records.values().stream()
                .filter(record -> record.decision() == null)
                .toList();
    }

    @Override
    public Version newest(Key key) {
        TreeMap<Timestamp, Version> known = versions.get(key);
        return known == null ? Version.NEVER_THERE : known.lastEntry().getValue();
    }

    @Override
    public RelaxedState relaxed(Key key) {
        return relaxed.get(key);
    }
}
