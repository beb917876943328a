package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each client of a table may rely on by itself, whatever the others see (D. Terry and others, Session guarantees for
 * weakly consistent replicated data, PDIS 1994): its reads never go back, show its own writes, and its writes come after
 * those and after what it has read. Judged for each key by the versions of the answers, in linear time. A client is a
 * process.
 *
 * <p>Sound: whatever is called invalid is. An answer without a version says nothing, nor does an unknown outcome.
 */
public final class SessionsCheck {
    /** Operations on a table in words. */
    static final TxnWords<Input, Output> WORDS = new TableWords();

    private SessionsCheck() {}

    /**
     * Judges a history.
     *
     * @return the verdict, one failure for each anomaly, and the anomalies, the first few of each kind; unknown (vacuous) if
     *     no answer has a version
     */
    public static TxnVerdict<Input, Output> check(History<Input, Output> history) {
        long startNanos = System.nanoTime();
        List<Operation<Input, Output>> operations = history.operations();
        Faults<Input, Output> faults = new Faults<>(WORDS);
        SessionOrder sessions = new SessionOrder((guarantee, key, before, after) -> faults.add(
                Anomaly.Kind.breaking(guarantee),
                List.of(operations.get(before.operation()), operations.get(after.operation())),
                "after version " + before.place() + " of " + key + " (T1) the same client "
                        + (operations.get(after.operation()).input() instanceof Input.Get ? "read" : "wrote")
                        + " version " + after.place() + " (T2)"));
        for (int i = 0; i < operations.size(); i++) {
            Operation<Input, Output> operation = operations.get(i);
            Output output = operation.output();
            Long version = output == null ? null : output.version();
            if (version == null) {
                continue;
            }
            SessionOrder.Access access = new SessionOrder.Access(i, version);
            if (operation.input() instanceof Input.Get) {
                sessions.read(operation.process(), operation.input().key(), access);
            } else if (!(output instanceof Output.Swapped swapped) || swapped.applied()) {
                sessions.write(operation.process(), operation.input().key(), access);
            }
        }
        return TxnVerdict.of(
                history,
                Consistency.SESSION,
                faults.at(Consistency.SESSION),
                sessions.sessions() == 0 ? "no answer has a version" : null,
                sessions.sessions(),
                startNanos);
    }

    private static final class TableWords extends TxnWords<Input, Output> {
        @Override
        String describe(Input input, @Nullable Output output) {
            return "{" + input + " -> " + output + "}";
        }

        @Override
        String sentence(Cycle.Step step, String from, String to) {
            throw new IllegalStateException("sessions are judged without cycles");
        }
    }
}
