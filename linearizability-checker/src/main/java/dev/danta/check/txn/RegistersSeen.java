package dev.danta.check.txn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a transaction over registers was answered: one answer for each of its steps, in their order. */
public record RegistersSeen(List<Seen> steps) {
    public RegistersSeen {
        steps = List.copyOf(steps);
    }

    /**
     * The answer to a step.
     *
     * @param value what was read or written; null for nothing
     * @param version a number that grows with every change of the register, or null where that was not recorded
     */
    public record Seen(@Nullable String value, @Nullable Long version) {
        String inVersion() {
            return version == null ? "" : " in version " + version;
        }

        @Override
        public String toString() {
            return (value == null ? "nothing" : value.isEmpty() ? "\"\"" : value) + inVersion();
        }
    }
}
