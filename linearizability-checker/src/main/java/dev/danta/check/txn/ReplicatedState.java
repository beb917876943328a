package dev.danta.check.txn;

import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a replica answered: to a read what the key holds, to a change nothing.
 *
 * @param value of a register or a sum, null for nothing
 * @param elements of a set, in any order
 * @param replica which replica it was, or null where that was not recorded
 */
public record ReplicatedState(
        @Nullable String value,
        List<String> elements,
        @Nullable String replica) {
    public ReplicatedState {
        elements = List.copyOf(elements);
    }

    /** To a change, and of a key that holds nothing. */
    public static ReplicatedState nothing(@Nullable String replica) {
        return new ReplicatedState(null, List.of(), replica);
    }

    /** Whether the other shows the same, from whatever replica. */
    boolean holdsSame(ReplicatedState other) {
        return Objects.equals(value, other.value) && new TreeSet<>(elements).equals(new TreeSet<>(other.elements));
    }

    @Override
    public String toString() {
        String held = elements.isEmpty()
                ? Objects.requireNonNullElse(value, "nothing")
                : AppendWords.list(List.copyOf(new TreeSet<>(elements)));
        return held + (replica == null ? "" : " from replica " + replica);
    }
}
