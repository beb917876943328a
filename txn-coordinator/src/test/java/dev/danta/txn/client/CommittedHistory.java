package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.quorum.Membership;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Write;
import dev.danta.txn.PrepareBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A deliberately dumb judge: every committed transaction must stand in one order that agrees with what each has read,
 * with the versions of each key, and with what was finished before what began.
 */
final class CommittedHistory {
    private final Map<Timestamp, Timestamp> committedAt = new TreeMap<>();
    private final Map<Timestamp, Map<Key, Timestamp>> reads = new TreeMap<>();
    private final Map<Timestamp, TreeSet<Key>> writes = new TreeMap<>();
    private final Map<Timestamp, TreeSet<Timestamp>> after = new TreeMap<>();

    /** What the replicas of {@code cluster} have recorded as committed. */
    CommittedHistory(TinyCluster cluster) {
        for (Membership membership : cluster.memberships) {
            membership
                    .members()
                    .forEach(replica -> cluster.store(membership.shard().number(), replica.number())
                            .records()
                            .forEach(this::take));
        }
    }

    private void take(OpRecord record) {
        if (record.decision() instanceof Decision.Commit commit && record.body() instanceof PrepareBody body) {
            Timestamp before = committedAt.put(record.id(), commit.timestamp());
            if (before != null && !before.equals(commit.timestamp())) {
                throw new AssertionError(record.id() + " committed at " + before + " and at " + commit.timestamp());
            }
            Map<Key, Timestamp> seen = reads.computeIfAbsent(record.id(), id -> new TreeMap<>());
            for (Read read : body.accesses().reads()) {
                seen.put(read.key(), read.seen());
            }
            TreeSet<Key> written = writes.computeIfAbsent(record.id(), id -> new TreeSet<>());
            for (Write write : body.accesses().writes()) {
                written.add(write.key());
            }
        }
    }

    boolean hasCommitted(Timestamp txn) {
        return committedAt.containsKey(txn);
    }

    int size() {
        return committedAt.size();
    }

    /** Says that {@code first} was answered before {@code second} was begun. */
    void finishedBefore(Timestamp first, Timestamp second) {
        if (hasCommitted(first) && hasCommitted(second)) {
            after.computeIfAbsent(first, id -> new TreeSet<>()).add(second);
        }
    }

    /** A circle of transactions each of which must come before the next, or an empty list. */
    List<Timestamp> circle() {
        versionEdges();
        TreeSet<Timestamp> done = new TreeSet<>();
        for (Timestamp txn : committedAt.keySet()) {
            List<Timestamp> path = new ArrayList<>();
            if (findsCircle(txn, path, done)) {
                return path;
            }
        }
        return List.of();
    }

    private void versionEdges() {
        Map<Key, TreeMap<Timestamp, Timestamp>> writers = new TreeMap<>();
        writes.forEach((txn, keys) -> keys.forEach(key -> {
            Timestamp at = committedAt.get(txn);
            if (at != null) {
                writers.computeIfAbsent(key, k -> new TreeMap<>()).put(at, txn);
            }
        }));
        writers.forEach((key, versions) -> {
            Timestamp before = null;
            for (Timestamp writer : versions.values()) {
                if (before != null) {
                    edge(before, writer);
                }
                before = writer;
            }
        });
        reads.forEach((txn, seen) -> seen.forEach((key, version) -> {
            TreeMap<Timestamp, Timestamp> versions = writers.getOrDefault(key, new TreeMap<>());
            Timestamp writer = versions.get(version);
            if (writer != null) {
                edge(writer, txn);
            } else if (!version.equals(Timestamp.ZERO)) {
                throw new AssertionError(txn + " has read a version of " + key + " that nobody wrote: " + version);
            }
            Map.Entry<Timestamp, Timestamp> next = versions.higherEntry(version);
            if (next != null) {
                edge(txn, next.getValue());
            }
        }));
    }

    private void edge(Timestamp first, Timestamp second) {
        if (!first.equals(second)) {
            after.computeIfAbsent(first, id -> new TreeSet<>()).add(second);
        }
    }

    private boolean findsCircle(Timestamp txn, List<Timestamp> path, Set<Timestamp> done) {
        if (path.contains(txn)) {
            path.add(txn);
            return true;
        }
        if (done.contains(txn)) {
            return false;
        }
        path.add(txn);
        for (Timestamp next : after.getOrDefault(txn, new TreeSet<>())) {
            if (findsCircle(next, path, done)) {
                return true;
            }
        }
        path.remove(path.size() - 1);
        done.add(txn);
        return false;
    }
}
