package dev.danta.client;

import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.txn.client.CallOutcome;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Versions that replicas have told when they refused an earlier attempt. While fresh, they save the next attempt its read
 * round; later they still are a floor, so that a nearest replica which is behind cannot make a transaction fail for ever.
 * Immutable.
 */
final class Hints {
    /** How long a version that was told counts as the newest without asking: about a round trip or two. */
    static final long FRESH_NANOS = 2_000_000;

    static final Hints NONE = new Hints(Map.of(), 0);

    private final Map<Key, Version> versions;
    private final long learnedAtNanos;

    private Hints(Map<Key, Version> versions, long learnedAtNanos) {
        this.versions = versions;
        this.learnedAtNanos = learnedAtNanos;
    }

    /** What may be taken for the newest version of {@code key}; null if it has to be read. */
    @Nullable
    Version fresh(Key key) {
        return versions.isEmpty() || System.nanoTime() - learnedAtNanos > FRESH_NANOS ? null : versions.get(key);
    }

    /** The newer one of {@code read} and what is known. */
    Version newer(Key key, Version read) {
        Version known = versions.get(key);
        return known != null && known.timestamp().isAbove(read.timestamp()) ? known : read;
    }

    /** What a read of {@code range} showed, with what is known to be newer. */
    Map<Key, Version> newer(KeyRange range, Map<Key, Version> read) {
        Map<Key, Version> merged = new TreeMap<>(read);
        versions.forEach((key, known) -> {
            if (range.contains(key)) {
                merged.put(key, newer(key, read.getOrDefault(key, Version.NEVER_THERE)));
            }
        });
        return merged;
    }

    /**
     * With what {@code aborted} tells; of the earlier ones those that the attempt used. That nothing is there is told only
     * against what is older than a dropped deletion, so it counts against everything that is known.
     */
    Hints after(CallOutcome.Aborted aborted, Collection<Key> used) {
        Map<Key, Version> merged = new HashMap<>();
        for (Key key : used) {
            Version known = versions.get(key);
            if (known != null) {
                merged.put(key, known);
            }
        }
        for (Verdict.Newest newest : aborted.newest()) {
            Version known = merged.get(newest.key());
            boolean isGone = newest.version().equals(Version.NEVER_THERE);
            if (known == null || isGone || newest.version().timestamp().isAbove(known.timestamp())) {
                merged.put(newest.key(), newest.version());
            }
        }
        return new Hints(merged, System.nanoTime());
    }
}
