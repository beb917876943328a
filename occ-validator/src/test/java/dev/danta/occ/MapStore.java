package dev.danta.occ;

import dev.danta.ir.id.Timestamp;
import java.util.Map;
import java.util.TreeMap;

/** The newest versions of a few keys. */
final class MapStore implements VersionedStore {
    private final TreeMap<Key, Version> newest;

    MapStore(Map<Key, Version> newest) {
        this.newest = new TreeMap<>(newest);
        this.newest.values().removeIf(Version.NEVER_THERE::equals);
    }

    @Override
    public Version newest(Key key) {
        return newest.getOrDefault(key, Version.NEVER_THERE);
    }

    @Override
    public Version newest(Key key, Timestamp upTo) {
        Version version = newest(key);
        return version.timestamp().isAtOrBelow(upTo) ? version : Version.NEVER_THERE;
    }

    @Override
    public void scan(KeyRange range, Visitor visitor) {
        for (Map.Entry<Key, Version> entry :
                newest.subMap(range.from(), range.to()).entrySet()) {
            if (!visitor.visit(entry.getKey(), entry.getValue())) {
                return;
            }
        }
    }

    @Override
    public void scanBack(KeyRange range, Visitor visitor) {
        for (Map.Entry<Key, Version> entry : newest.subMap(range.from(), true, range.to(), false)
                .descendingMap()
                .entrySet()) {
            if (!visitor.visit(entry.getKey(), entry.getValue())) {
                return;
            }
        }
    }
}
