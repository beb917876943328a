package dev.danta.txn;

import dev.danta.ir.message.InconsistentOp;
import dev.danta.occ.Key;
import dev.danta.relaxed.RelaxedState;

/** Join {@code change} into the value of {@code key}. */
public record RelaxedUpdate(Key key, RelaxedState change) implements InconsistentOp {
    @Override
    public int sizeBytes() {
        return 64 + key.bytes().size() + change.sizeBytes();
    }
}
