package dev.danta.relaxed;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * A register in which the last writer wins: the greater stamp decides, the client id breaks ties. Convergent but not
 * linearizable: an acknowledged write with a lower stamp is silently superseded.
 *
 * @param value null if the register was deleted
 */
public record LwwRegister(Timestamp stamp, @Nullable Bytes value) implements RelaxedState {
    @Override
    public String typeName() {
        return "register";
    }

    @Override
    public LwwRegister join(RelaxedState other) {
        if (!(other instanceof LwwRegister that)) {
            throw new IllegalArgumentException("a register cannot be joined with a " + other.typeName());
        }
        int order = stamp.compareTo(that.stamp);
        if (order != 0) {
            return order > 0 ? this : that;
        }
        return contentOrder(value, that.value) >= 0 ? this : that;
    }

    /** One stamp is given once; should two values carry the same all the same, every replica must still keep the same. */
    private static int contentOrder(@Nullable Bytes one, @Nullable Bytes other) {
        if (one == null || other == null) {
            return Boolean.compare(one != null, other != null);
        }
        return one.compareTo(other);
    }

    @Override
    public int sizeBytes() {
        return 64 + (value == null ? 0 : value.size());
    }

    @Override
    public Timestamp greatestStamp() {
        return stamp;
    }
}
