package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import java.util.NavigableMap;

/** Drop all versions of {@code key} at or below {@code upTo}: elsewhere they were deleted, and the deletion is forgotten. */
public record DropVersions(Key key, Timestamp upTo) implements Thinning {
    @Override
    public void thin(NavigableMap<Timestamp, Version> versions) {
        versions.headMap(upTo, true).clear();
    }
}
