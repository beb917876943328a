package dev.danta.gateway;

import dev.danta.client.Key;
import dev.danta.ir.id.Bytes;
import dev.danta.wire.gateway.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Keys of the wire and of the client. */
final class Keys {
    private Keys() {}

    /** @throws IllegalArgumentException if the client knows no such key */
    static Key key(Tuple tuple) {
        return Key.of(elements(tuple));
    }

    /** As {@link Key#of} takes them. */
    static Object[] elements(Tuple tuple) {
        return tuple.elements().stream().map(Keys::element).toArray();
    }

    static List<Key> keys(List<Tuple> tuples) {
        return tuples.stream().map(Keys::key).toList();
    }

    private static Object element(Object element) {
        if (element instanceof Bytes bytes) {
            return bytes.toArray();
        }
        return element instanceof Tuple nested ? key(nested) : element;
    }

    static Tuple tuple(Key key) {
        List<Object> elements = new ArrayList<>(key.size());
        for (int i = 0; i < key.size(); i++) {
            Object element = key.get(i);
            if (element instanceof byte[] bytes) {
                elements.add(Bytes.wrap(bytes));
            } else {
                elements.add(element instanceof Key nested ? tuple(nested) : element);
            }
        }
        return new Tuple(elements);
    }
}
