package dev.danta.sim.invariant;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.replica.StateComparison;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import dev.danta.sim.disk.Disks;
import dev.danta.sim.disk.SimDisk;
import dev.danta.txn.participant.ClosedAllotments;
import dev.danta.txn.participant.Participant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether all replicas of a shard have come to be equal (protocol.md 11, "after healing"): to each other in relaxed values and
 * decisions, to the store without replicas in the newest version of each key, and so in the hashes by which they compare
 * themselves.
 */
final class Equality {
    private static final int HASHED_TOGETHER = 8;

    private final Disks disks;
    private final SerialOracle oracle;
    /** Where decisions need not be equal: entries of logs are gone, and what they brought about came without a record. */
    private final Set<ShardId> incompleteLogs = new TreeSet<>();

    private boolean membersChange;

    Equality(Disks disks, SerialOracle oracle) {
        this.disks = disks;
        this.oracle = oracle;
    }

    /** From now on logs begin anew. */
    void onMembersChange() {
        membersChange = true;
    }

    /** A log has lost what another member does not have. */
    void onLogIncomplete(ShardId shard) {
        incompleteLogs.add(shard);
    }

    /** Whether each replica of {@code shard} has every version that is not forgotten, and not only the newest. */
    boolean hasAllVersions(ShardId shard) {
        return !membersChange && !incompleteLogs.contains(shard);
    }

    /** What is not equal, in words; null if all is. */
    @Nullable
    String difference(ShardId shard) {
        Watermarks furthest = furthest(shard);
        SortedMap<Key, Version> committed =
                newest(oracle.versionsOn(key -> disks.shardOf(key).equals(shard)), furthest.deletedBelow());
        SortedMap<Key, RelaxedState> relaxed = null;
        SortedMap<Timestamp, Decision> decisions = null;
        for (var member : disks.of(shard).entrySet()) {
            SimDisk.Image image = member.getValue().durable();
            String where = member.getKey() + " of " + shard;
            if (member.getValue().hasOpenChanges()) {
                return "not everything is durable on " + where;
            }
            SortedMap<Key, Version> here = newest(image.versions(), furthest.deletedBelow());
            if (!here.equals(committed)) {
                return "of the newest versions, " + unlike(where, here, "the committed", committed);
            }
            SortedMap<Key, RelaxedState> values = kept(image, furthest.deletedBelow());
            relaxed = relaxed == null ? values : relaxed;
            if (!relaxed.equals(values)) {
                return "of the relaxed values, " + unlike(where, values, "another", relaxed);
            }
            SortedMap<Timestamp, Decision> decided = decisions(image, furthest);
            decisions = decisions == null ? decided : decisions;
            if (hasAllVersions(shard) && !decisions.equals(decided)) {
                return "of the decisions, " + unlike(where, decided, "another", decisions);
            }
        }
        return null;
    }

    /** What only one of two has, or has otherwise. */
    private static <K, V> String unlike(String one, Map<K, V> ones, String other, Map<K, V> others) {
        Map<K, V> onlyOne = new LinkedHashMap<>(ones);
        onlyOne.entrySet().removeAll(others.entrySet());
        Map<K, V> onlyOther = new LinkedHashMap<>(others);
        onlyOther.entrySet().removeAll(ones.entrySet());
        return one + " alone has " + onlyOne + ", " + other + " alone " + onlyOther;
    }

    /** The furthest that any replica of the shard has come in forgetting. */
    private Watermarks furthest(ShardId shard) {
        Watermarks furthest = Watermarks.NONE;
        for (SimDisk disk : disks.of(shard).values()) {
            Watermarks here = disk.durable().watermarks();
            furthest = furthest.barring(here.noFirstVoteBelow())
                    .resolving(here.resolvedBelow())
                    .deleting(here.deletedBelow());
        }
        return furthest;
    }

    private static SortedMap<Key, Version> newest(
            SortedMap<Key, NavigableMap<Timestamp, Version>> versions, Timestamp forgotten) {
        TreeMap<Key, Version> newest = new TreeMap<>();
        versions.forEach((key, all) -> {
            Map.Entry<Timestamp, Version> last = all.lastEntry();
            if (last != null && !(last.getValue().isDeletion() && last.getKey().isAtOrBelow(forgotten))) {
                newest.put(key, last.getValue());
            }
        });
        return newest;
    }

    /** Less what was spent of allotments of which others may have forgotten it. */
    private static SortedMap<Key, RelaxedState> kept(SimDisk.Image image, Timestamp forgotten) {
        TreeMap<Key, RelaxedState> kept = new TreeMap<>(image.relaxed());
        kept.keySet().removeIf(key -> ClosedAllotments.isForgotten(image, key, forgotten));
        return kept;
    }

    /** Less what a replica may lack that has forgotten as far as {@code furthest}. */
    private static SortedMap<Timestamp, Decision> decisions(SimDisk.Image image, Watermarks furthest) {
        TreeMap<Timestamp, Decision> decisions = new TreeMap<>();
        for (OpRecord record : image.records().values()) {
            Timestamp missing =
                    record.decision() instanceof Decision.Abort ? furthest.resolvedBelow() : furthest.deletedBelow();
            if (record.decision() != null && record.id().isAbove(missing)) {
                decisions.put(record.id(), record.decision());
            }
        }
        return decisions;
    }

    /** Whether the members of {@code shard}, as they compare themselves, find nothing that is not the same. */
    boolean hashEqually(ShardId shard) {
        StateView view = new StateView(
                new OpId(new ClientId(0x5eed, shard.number()), 1),
                null,
                furthest(shard).deletedBelow());
        List<Participant> members = disks.of(shard).values().stream()
                .map(SimDisk::durable)
                .map(image -> new Participant(image, image, image.recordStore(), new Participant.Settings(0)))
                .toList();
        Bytes after = Bytes.EMPTY;
        boolean more = true;
        while (more) {
            List<RangeHash> parts = members.get(0).summarize(view, after, Bytes.EMPTY, HASHED_TOGETHER, 32);
            for (Participant member : members) {
                StateComparison compared = member.compare(view, after, parts, false);
                if (compared == null || !compared.different().isEmpty()) {
                    return false;
                }
            }
            after = parts.get(parts.size() - 1).upTo();
            more = after.size() > 0;
        }
        return true;
    }
}
