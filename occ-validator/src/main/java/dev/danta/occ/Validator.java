package dev.danta.occ;

import dev.danta.ir.id.Timestamp;
import java.util.ArrayList;
import java.util.List;

/**
 * The vote of one replica on one transaction (protocol.md 4.2, in its order: versions read, holds, timestamp). A pure
 * function of what it is given.
 *
 * <p>Divergence: a write never passes an undecided read, nor a read an undecided write, whatever their timestamps; TAPIR's
 * rule is serializable but not strictly so (protocol.md 4.2).
 */
public final class Validator {
    private Validator() {}

    /**
     * The verdict on one transaction's part in this shard.
     *
     * @param proposed the transaction's id, which is its proposed timestamp
     * @param deletedBelow this replica's watermark: a deletion at or below it counts as "never there" on both sides
     */
    public static Verdict validate(
            Timestamp proposed, AccessSet accesses, VersionedStore store, Holds holds, Timestamp deletedBelow) {
        Comparison compared = compare(accesses, store, deletedBelow);
        if (!compared.newer().isEmpty()) {
            return new Verdict.Stale(compared.newer());
        }
        Timestamp holder = holds.conflicting(proposed, accesses);
        if (holder != null) {
            return new Verdict.Conflict(holder);
        }
        Timestamp floor = compared.floor();
        for (Write write : accesses.writes()) {
            floor = Timestamp.max(floor, store.newest(write.key()).timestamp());
        }
        return new Verdict.Ok(proposed.raisedAbove(floor), compared.behind());
    }

    /**
     * Whether everything read is still the newest here and no undecided transaction writes any of it (protocol.md 5.1).
     * The timestamp of an OK is the greatest that is touched; nothing is committed at it.
     *
     * @param reads what was read; writes in it are not looked at
     */
    public static Verdict validateReads(
            AccessSet reads, VersionedStore store, WriteHolds holds, Timestamp deletedBelow) {
        Comparison compared = compare(reads, store, deletedBelow);
        if (!compared.newer().isEmpty()) {
            return new Verdict.Stale(compared.newer());
        }
        for (Read read : reads.reads()) {
            Timestamp writer = holds.writerOf(read.key());
            if (writer != null) {
                return new Verdict.Conflict(writer);
            }
        }
        return new Verdict.Ok(compared.floor(), compared.behind());
    }

    /** What was read, held against what is here. */
    private record Comparison(List<Verdict.Newest> newer, boolean behind, Timestamp floor) {}

    private static Comparison compare(AccessSet accesses, VersionedStore store, Timestamp deletedBelow) {
        List<Verdict.Newest> newer = new ArrayList<>();
        boolean behind = false;
        Timestamp floor = Timestamp.ZERO;
        for (Read read : accesses.reads()) {
            Version newest = store.newest(read.key());
            Timestamp here = effective(newest, deletedBelow);
            Timestamp seen = read.deletion() && read.seen().isAtOrBelow(deletedBelow) ? Timestamp.ZERO : read.seen();
            int order = here.compareTo(seen);
            if (order > 0 || (order < 0 && seen.isAtOrBelow(deletedBelow))) {
                newer.add(new Verdict.Newest(read.key(), newest));
            }
            behind |= order < 0;
            floor = Timestamp.max(floor, Timestamp.max(newest.timestamp(), read.seen()));
        }
        return new Comparison(newer, behind, floor);
    }

    private static Timestamp effective(Version version, Timestamp deletedBelow) {
        boolean forgotten = version.isDeletion() && version.timestamp().isAtOrBelow(deletedBelow);
        return forgotten ? Timestamp.ZERO : version.timestamp();
    }
}
