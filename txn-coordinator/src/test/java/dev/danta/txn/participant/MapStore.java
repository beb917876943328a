package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import java.util.Map;
import java.util.TreeMap;

/** Shows what is in a map. */
public record MapStore(TreeMap<Key, Version> newest) implements VersionedStore {
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
