package dev.danta.occ;

import dev.danta.ir.id.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the undecided transactions of one replica hold: a transaction holds its keys from its OK vote (or from accepting
 * OK) until its decision. Two holders may conflict only where one of them was accepted against this replica's own NO
 * (protocol.md 2.1 and 5). Derived from the records; rebuilt at a restart. Not thread-safe.
 */
public final class Holds implements WriteHolds {
    private final Map<Timestamp, AccessSet> byHolder = new LinkedHashMap<>();
    private final Map<Key, List<Hold>> byKey = new LinkedHashMap<>();

    /** One transaction's hold on one key. */
    public record Hold(Timestamp holder, boolean writes) {}

    /** Holds the keys of {@code accesses} for {@code holder}; nothing happens if it holds them already. */
    public void hold(Timestamp holder, AccessSet accesses) {
        if (byHolder.putIfAbsent(holder, accesses) != null) {
            return;
        }
        for (Key key : accesses.keys()) {
            byKey.computeIfAbsent(key, k -> new ArrayList<>(1)).add(new Hold(holder, writes(accesses, key)));
        }
    }

    /** Ends the hold of {@code holder}, if it has one, and returns what it held. */
    public @Nullable AccessSet release(Timestamp holder) {
        AccessSet accesses = byHolder.remove(holder);
        if (accesses == null) {
            return null;
        }
        for (Key key : accesses.keys()) {
            List<Hold> holds = byKey.get(key);
            if (holds == null) {
                throw new IllegalStateException("no hold on " + key + " though " + holder + " held it");
            }
            holds.removeIf(hold -> hold.holder().equals(holder));
            if (holds.isEmpty()) {
                byKey.remove(key);
            }
        }
        return accesses;
    }

    /** A transaction other than {@code id} whose hold conflicts with {@code accesses}, or null if there is none. */
    public @Nullable Timestamp conflicting(Timestamp id, AccessSet accesses) {
        for (Write write : accesses.writes()) {
            Timestamp holder = otherHolder(id, write.key(), false);
            if (holder != null) {
                return holder;
            }
        }
        for (Read read : accesses.reads()) {
            Timestamp holder = otherHolder(id, read.key(), true);
            if (holder != null) {
                return holder;
            }
        }
        return null;
    }

    @Override
    public @Nullable Timestamp writerOf(Key key) {
        return otherHolder(null, key, true);
    }

    /** The holders, in the order in which they came. */
    public List<Timestamp> holders() {
        return List.copyOf(byHolder.keySet());
    }

    private @Nullable Timestamp otherHolder(@Nullable Timestamp id, Key key, boolean writersOnly) {
        for (Hold hold : byKey.getOrDefault(key, List.of())) {
            if (!hold.holder().equals(id) && (hold.writes() || !writersOnly)) {
                return hold.holder();
            }
        }
        return null;
    }

    private static boolean writes(AccessSet accesses, Key key) {
        return accesses.writes().stream().anyMatch(write -> write.key().equals(key));
    }
}
