package dev.danta.wire.gateway;

import dev.danta.ir.id.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A key as a caller says it.
 *
 * @param elements each a {@link String}, {@link Long}, {@link Bytes}, {@link Boolean}, {@link UUID}, {@link Instant} or another
 *     tuple
 */
public record Tuple(List<Object> elements) {
    public Tuple {
        elements = List.copyOf(elements);
        for (Object element : elements) {
            if (!isElement(element)) {
                throw new IllegalArgumentException("no element of a key: " + element.getClass());
            }
        }
    }

    private static boolean isElement(Object element) {
        return element instanceof String
                || element instanceof Long
                || element instanceof Bytes
                || element instanceof Boolean
                || element instanceof UUID
                || element instanceof Instant
                || element instanceof Tuple;
    }
}
