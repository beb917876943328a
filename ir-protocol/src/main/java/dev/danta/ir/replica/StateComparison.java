package dev.danta.ir.replica;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.message.StatePart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replica's state comes to beside the hashes of another's.
 *
 * @param different the ranges, by their places, that are not the same here, or could not be looked at to their ends
 * @param part what is here in those ranges; null if that was not asked for
 * @param upTo how far this goes: to the last range's end, or less if the answer would have become too large
 */
public record StateComparison(
        List<Integer> different, @Nullable StatePart part, Bytes upTo) {
    public StateComparison {
        different = List.copyOf(different);
    }
}
