package dev.danta.occ;

import dev.danta.ir.id.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The vote of one replica on one transaction (protocol.md 4.2, in its order: versions read, holds, timestamp). A pure
 * function of what it is given.
 *
 * <p>Divergence: a write never passes an undecided read, nor a read an undecided write, whatever their timestamps; TAPIR's
 * rule is serializable but not strictly so (protocol.md 4.2).
 */
public final class Validator {
    /**
     * How many newer versions a refusal names at most beyond the keys that were read by themselves. They only spare the
     * next attempt a read, and a range may have any number of them.
     */
    static final int NEWER_IN_RANGES_MAX = 100;

    private Validator() {}

    /** {@link #validate(Timestamp, AccessSet, VersionedStore, Holds, Timestamp, ValidationRules)} by the protocol. */
    public static Verdict validate(
            Timestamp proposed, AccessSet accesses, VersionedStore store, Holds holds, Timestamp deletedBelow) {
        return validate(proposed, accesses, store, holds, deletedBelow, ValidationRules.PROTOCOL);
    }

    /**
     * The verdict on one transaction's part in this shard.
     *
     * @param proposed the transaction's id, which is its proposed timestamp
     * @param deletedBelow this replica's watermark: a deletion at or below it counts as "never there" on both sides
     */
    public static Verdict validate(
            Timestamp proposed,
            AccessSet accesses,
            VersionedStore store,
            Holds holds,
            Timestamp deletedBelow,
            ValidationRules rules) {
        Comparison compared = new Comparison(store, deletedBelow, rules);
        compared.compare(accesses);
        if (compared.foundNewer()) {
            return compared.stale();
        }
        Timestamp holder = holds.conflicting(proposed, accesses);
        if (holder != null) {
            return new Verdict.Conflict(holder);
        }
        Timestamp floor = compared.floor;
        for (Write write : accesses.writes()) {
            floor = Timestamp.max(floor, store.newest(write.key()).timestamp());
        }
        return new Verdict.Ok(proposed.raisedAbove(floor), compared.behind);
    }

    /**
     * Whether everything read is still the newest here and no undecided transaction writes any of it (protocol.md 5.1).
     * The timestamp of an OK is the greatest that is touched; nothing is committed at it.
     *
     * @param reads what was read; writes in it are not looked at
     */
    public static Verdict validateReads(
            AccessSet reads, VersionedStore store, WriteHolds holds, Timestamp deletedBelow) {
        return validateReads(reads, store, holds, deletedBelow, ValidationRules.PROTOCOL);
    }

    /** {@link #validateReads(AccessSet, VersionedStore, WriteHolds, Timestamp)} by other rules. */
    public static Verdict validateReads(
            AccessSet reads, VersionedStore store, WriteHolds holds, Timestamp deletedBelow, ValidationRules rules) {
        Comparison compared = new Comparison(store, deletedBelow, rules);
        compared.compare(reads);
        if (compared.foundNewer()) {
            return compared.stale();
        }
        Timestamp writer = writer(reads, holds, rules);
        return writer != null ? new Verdict.Conflict(writer) : new Verdict.Ok(compared.floor, compared.behind);
    }

    private static @Nullable Timestamp writer(AccessSet reads, WriteHolds holds, ValidationRules rules) {
        for (Read read : reads.reads()) {
            Timestamp writer = holds.writerOf(read.key());
            if (writer != null) {
                return writer;
            }
        }
        for (RangeRead range : reads.ranges()) {
            Timestamp writer = rules.holdsRanges() ? holds.writerWithin(range.range()) : null;
            if (writer != null) {
                return writer;
            }
        }
        return null;
    }

    /** What was read, held against what is here. */
    private static final class Comparison {
        private final VersionedStore store;
        private final Timestamp deletedBelow;
        private final ValidationRules rules;
        private final Map<Key, Version> newer = new TreeMap<>();
        private int newerInRanges;
        private boolean behind;
        /** The greatest timestamp of what was compared, on either side. */
        private Timestamp floor = Timestamp.ZERO;

        Comparison(VersionedStore store, Timestamp deletedBelow, ValidationRules rules) {
            this.store = store;
            this.deletedBelow = deletedBelow;
            this.rules = rules;
        }

        void compare(AccessSet accesses) {
            accesses.reads().forEach(read -> compare(read, store.newest(read.key())));
            accesses.ranges().forEach(this::compare);
        }

        boolean foundNewer() {
            return !newer.isEmpty();
        }

        Verdict stale() {
            List<Verdict.Newest> newest = new ArrayList<>(newer.size());
            newer.forEach((key, version) -> newest.add(new Verdict.Newest(key, version)));
            return new Verdict.Stale(newest);
        }

        /** Goes through the list and what is here side by side. */
        private void compare(RangeRead range) {
            List<Read> listed = range.seen();
            int[] next = {0};
            store.scan(range.range(), (key, newest) -> {
                while (next[0] < listed.size() && listed.get(next[0]).key().compareTo(key) < 0) {
                    compareInRange(listed.get(next[0]++), Version.NEVER_THERE);
                }
                boolean isListed =
                        next[0] < listed.size() && listed.get(next[0]).key().equals(key);
                if (isListed) {
                    compareInRange(listed.get(next[0]++), newest);
                } else if (rules.comparesUnlisted(newest)) {
                    compareInRange(new Read(key, Timestamp.ZERO, false), newest);
                }
                return newerInRanges < NEWER_IN_RANGES_MAX;
            });
            while (next[0] < listed.size() && newerInRanges < NEWER_IN_RANGES_MAX) {
                compareInRange(listed.get(next[0]++), Version.NEVER_THERE);
            }
        }

        private void compareInRange(Read read, Version newest) {
            newerInRanges += compare(read, newest) ? 1 : 0;
        }

        /** Whether what was read must be read again. */
        private boolean compare(Read read, Version newest) {
            if (!rules.compares(read)) {
                return false;
            }
            Timestamp here = effective(newest.timestamp(), newest.isDeletion());
            Timestamp seen = effective(read.seen(), read.deletion());
            int order = here.compareTo(seen);
            boolean outdated = order > 0 || (order < 0 && !rules.isMerelyBehind(seen, deletedBelow));
            if (outdated) {
                newer.put(read.key(), newest);
            }
            behind |= order < 0;
            floor = Timestamp.max(floor, Timestamp.max(newest.timestamp(), read.seen()));
            return outdated;
        }

        private Timestamp effective(Timestamp version, boolean deletion) {
            return deletion && version.isAtOrBelow(deletedBelow) ? Timestamp.ZERO : version;
        }
    }
}
