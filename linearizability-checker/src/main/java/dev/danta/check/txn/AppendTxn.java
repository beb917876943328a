package dev.danta.check.txn;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A transaction over lists: what it was asked to do, one step after the other. A list is empty until somebody appends to
 * it, and nothing is ever appended to one list twice: so whoever reads a list sees who had written before.
 */
public record AppendTxn(List<Step> steps) {
    public AppendTxn {
        steps = List.copyOf(steps);
    }

    /** One step. */
    public sealed interface Step {
        /** The list that it is about. */
        String key();

        /** Puts an element at the end of a list. */
        record Append(String key, String element) implements Step {
            @Override
            public String toString() {
                return "append " + element + " to " + key;
            }
        }

        /** Reads a whole list. */
        record Read(String key) implements Step {
            @Override
            public String toString() {
                return "read " + key;
            }
        }
    }

    /** How many steps are reads: as many lists as the answer has. */
    public int reads() {
        int reads = 0;
        for (Step step : steps) {
            if (step instanceof Step.Read) {
                reads++;
            }
        }
        return reads;
    }

    /** The steps in words, with what each read has shown; null if nobody knows. */
    public String describe(@Nullable ListsRead answer) {
        StringBuilder words = new StringBuilder("{");
        int read = 0;
        String separator = "";
        for (Step step : steps) {
            words.append(separator).append(step);
            separator = ", ";
            if (step instanceof Step.Read && answer != null) {
                words.append(" -> ").append(AppendWords.list(answer.lists().get(read++)));
            }
        }
        return words.append('}').toString();
    }

    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining(", ", "{", "}"));
    }
}
