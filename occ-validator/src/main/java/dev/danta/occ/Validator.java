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
        if (!newer.isEmpty()) {
            return new Verdict.Stale(newer);
        }
        Timestamp holder = holds.conflicting(proposed, accesses);
        if (holder != null) {
            return new Verdict.Conflict(holder);
        }
        for (Write write : accesses.writes()) {
            floor = Timestamp.max(floor, store.newest(write.key()).timestamp());
        }
        return new Verdict.Ok(proposed.raisedAbove(floor), behind);
    }

    private static Timestamp effective(Version version, Timestamp deletedBelow) {
        boolean forgotten = version.isDeletion() && version.timestamp().isAtOrBelow(deletedBelow);
        return forgotten ? Timestamp.ZERO : version.timestamp();
    }
}
