package dev.danta.relaxed;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A map with a last-writer-wins register for each field: changes of different fields do not supersede each other. A field that
 * was removed is remembered for good, with the stamp of its removal.
 */
public record LwwMap(SortedMap<Bytes, LwwRegister> fields) implements RelaxedState {
    public static final LwwMap EMPTY = new LwwMap(Collections.emptySortedMap());

    public LwwMap {
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    /** The change that gives some fields values and removes others, all with one stamp; what is in both is removed. */
    public static LwwMap change(Map<Bytes, Bytes> put, Collection<Bytes> removed, Timestamp stamp) {
        TreeMap<Bytes, LwwRegister> fields = new TreeMap<>();
        put.forEach((field, value) -> fields.put(field, new LwwRegister(stamp, value)));
        removed.forEach(field -> fields.put(field, new LwwRegister(stamp, null)));
        return new LwwMap(fields);
    }

    /** The value of {@code field}, or null. */
    public @Nullable Bytes get(Bytes field) {
        LwwRegister register = fields.get(field);
        return register == null ? null : register.value();
    }

    /** The fields that have a value. */
    public SortedMap<Bytes, Bytes> values() {
        TreeMap<Bytes, Bytes> values = new TreeMap<>();
        fields.forEach((field, register) -> {
            Bytes value = register.value();
            if (value != null) {
                values.put(field, value);
            }
        });
        return Collections.unmodifiableSortedMap(values);
    }

    /** Whether a reader sees the same in both. */
    public boolean showsTheSame(LwwMap other) {
        return values().equals(other.values());
    }

    /**
     * The change that gives {@code field} of this map a value. It is stamped {@code now}, or above what is already there if that
     * is not below: a clock that steps back undoes nothing, nor is its owner's change lost.
     */
    public LwwMap putting(Bytes field, Bytes value, Timestamp now) {
        return change(Collections.singletonMap(field, value), Collections.emptySet(), stampFor(field, now));
    }

    /** The change that removes {@code field} from this map, stamped as by {@link #putting}. */
    public LwwMap removing(Bytes field, Timestamp now) {
        return change(Collections.emptyMap(), Collections.singleton(field), stampFor(field, now));
    }

    private Timestamp stampFor(Bytes field, Timestamp now) {
        LwwRegister before = fields.get(field);
        return before == null ? now : now.raisedAbove(before.stamp());
    }

    @Override
    public String typeName() {
        return "map";
    }

    @Override
    public LwwMap join(RelaxedState other) {
        if (!(other instanceof LwwMap that)) {
            throw new IllegalArgumentException("a map cannot be joined with a " + other.typeName());
        }
        SortedMap<Bytes, LwwRegister> joined = Elements.joined(fields, that.fields, LwwRegister::join);
        if (joined == fields) {
            return this;
        }
        return joined == that.fields ? that : new LwwMap(joined);
    }

    @Override
    public boolean isTooLarge() {
        return sizeBytes() > SIZE_MAX;
    }

    @Override
    public int sizeBytes() {
        int bytes = 64 + Elements.sizeBytes(fields.keySet());
        for (LwwRegister register : fields.values()) {
            bytes += register.value() == null ? 0 : register.value().size();
        }
        return bytes;
    }

    @Override
    public Timestamp greatestStamp() {
        return fields.values().stream().map(LwwRegister::stamp).reduce(Timestamp.ZERO, Timestamp::max);
    }
}
