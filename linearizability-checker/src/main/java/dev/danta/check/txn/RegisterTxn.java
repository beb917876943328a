package dev.danta.check.txn;

import dev.danta.check.txn.RegistersSeen.Seen;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction over registers: what it was asked to do, one step after the other. */
public record RegisterTxn(List<Step> steps) {
    public RegisterTxn {
        steps = List.copyOf(steps);
    }

    /** One step. */
    public sealed interface Step {
        /** The register that it is about. */
        String register();

        /** Be this value. */
        record Write(String register, String value) implements Step {
            @Override
            public String toString() {
                return "write " + register + " = " + value;
            }
        }

        /** What is the value? */
        record Read(String register) implements Step {
            @Override
            public String toString() {
                return "read " + register;
            }
        }
    }

    /** How many steps are reads. */
    int reads() {
        int reads = 0;
        for (Step step : steps) {
            if (step instanceof Step.Read) {
                reads++;
            }
        }
        return reads;
    }

    /** The steps in words, with what each has shown; null if nobody knows. */
    public String describe(@Nullable RegistersSeen answer) {
        StringBuilder words = new StringBuilder("{");
        for (int i = 0; i < steps.size(); i++) {
            words.append(i == 0 ? "" : ", ").append(steps.get(i));
            if (answer != null) {
                Seen seen = answer.steps().get(i);
                words.append(steps.get(i) instanceof Step.Read ? " -> " + seen : seen.inVersion());
            }
        }
        return words.append('}').toString();
    }

    @Override
    public String toString() {
        return describe(null);
    }
}
