package dev.danta.txn;

import dev.danta.ir.message.Changes;
import java.util.List;

/** What one operation changed: something. */
public record KeyChanges(List<KeyChange> keys) implements Changes {
    public KeyChanges {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("what has changed nothing is not told of");
        }
    }
}
