package dev.danta.txn.participant;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.relaxed.RelaxedState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Shows the relaxed values that are in a map. */
public record MapRelaxed(Map<Key, RelaxedState> states) implements RelaxedStore {
    /** Shows none. */
    public static final RelaxedStore EMPTY = new MapRelaxed(new TreeMap<>());

    @Override
    public @Nullable RelaxedState relaxed(Key key) {
        return states.get(key);
    }

    @Override
    public List<Key> relaxedKeys(Bytes after, int most) {
        return states.keySet().stream()
                .filter(key -> key.bytes().compareTo(after) > 0)
                .sorted()
                .limit(most)
                .toList();
    }
}
