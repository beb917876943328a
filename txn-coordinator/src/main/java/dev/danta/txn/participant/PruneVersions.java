package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Of the versions of {@code key} at or below {@code upTo}, a {@code deletedBelow}, keep the newest only, and not even that if it is a
 * deletion (protocol.md 7, the end of "Forgetting").
 */
public record PruneVersions(Key key, Timestamp upTo) implements Thinning {
    @Override
    public void thin(NavigableMap<Timestamp, Version> versions) {
        Map.Entry<Timestamp, Version> newest = versions.floorEntry(upTo);
        if (newest != null) {
            boolean dropped = newest.getValue().isDeletion();
            versions.headMap(newest.getKey(), dropped).clear();
        }
    }
}
