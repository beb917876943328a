package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    /** The most anomalies that are kept. */
    private static final int ANOMALIES_MAX = 64;

    private SessionsCheck() {}

    /** What a client did to a key last. */
    private static final class Seen {
        private @Nullable Operation<Input, Output> read;
        private @Nullable Operation<Input, Output> write;
    }

    private record Session(long process, String key) {}

    /**
     * Judges a history.
     *
     * @return the verdict, one failure for each anomaly, and the anomalies; unknown (vacuous) if no answer has a version
     */
    public static TxnVerdict<Input, Output> check(History<Input, Output> history) {
        long startNanos = System.nanoTime();
        Map<Session, Seen> sessions = new HashMap<>();
        List<Anomaly<Input, Output>> anomalies = new ArrayList<>();
        boolean vacuous = true;
        for (Operation<Input, Output> operation : history.operations()) {
            Output output = operation.output();
            if (output == null || output.version() == null) {
                continue;
            }
            vacuous = false;
            Seen seen = sessions.computeIfAbsent(
                    new Session(operation.process(), operation.input().key()), session -> new Seen());
            if (operation.input() instanceof Input.Get) {
                demand(seen.read, operation, false, Anomaly.Kind.MONOTONIC_READS, anomalies);
                demand(seen.write, operation, false, Anomaly.Kind.READ_YOUR_WRITES, anomalies);
                seen.read = later(seen.read, operation);
            } else if (!(output instanceof Output.Swapped swapped) || swapped.applied()) {
                demand(seen.write, operation, true, Anomaly.Kind.MONOTONIC_WRITES, anomalies);
                demand(seen.read, operation, true, Anomaly.Kind.WRITES_FOLLOW_READS, anomalies);
                seen.write = later(seen.write, operation);
            }
        }
        Result.Progress progress = new Result.Progress(
                history.size(),
                sessions.size(),
                vacuous ? 0 : sessions.size(),
                0,
                0,
                Duration.ofNanos(System.nanoTime() - startNanos));
        return new TxnVerdict<>(Consistency.SESSION, result(anomalies, vacuous, progress), anomalies);
    }

    private static Result<Input, Output> result(
            List<Anomaly<Input, Output>> anomalies, boolean vacuous, Result.Progress progress) {
        if (!anomalies.isEmpty()) {
            return new Result.Invalid<>(
                    anomalies.stream()
                            .map(anomaly -> new Result.Failure<>(
                                    Model.WHOLE,
                                    anomaly.transactions().get(1),
                                    List.<Result.PartialLinearization<Input, Output>>of(),
                                    anomaly.sentence()))
                            .toList(),
                    progress);
        }
        return vacuous
                ? new Result.Unknown<>(Result.Reason.VACUOUS, List.of(Model.WHOLE), null, progress)
                : new Result.Valid<>(Map.of(), false, progress);
    }

    private static @Nullable Operation<Input, Output> later(
            @Nullable Operation<Input, Output> one, Operation<Input, Output> other) {
        return one == null || version(other) >= version(one) ? other : one;
    }

    private static long version(Operation<Input, Output> operation) {
        Output output = operation.output();
        Long version = output == null ? null : output.version();
        return version == null ? -1 : version;
    }

    /** The version is at least that of what the same client did before, or more if {@code greater}. */
    private static void demand(
            @Nullable Operation<Input, Output> before,
            Operation<Input, Output> after,
            boolean greater,
            Anomaly.Kind kind,
            List<Anomaly<Input, Output>> anomalies) {
        if (before == null || anomalies.size() == ANOMALIES_MAX) {
            return;
        }
        boolean kept = greater ? version(after) > version(before) : version(after) >= version(before);
        if (!kept) {
            anomalies.add(Anomaly.of(
                    kind,
                    List.of(before, after),
                    List.of(described("T1", before), described("T2", after)),
                    "after version " + version(before) + " of " + after.input().key() + " (T1) the same client "
                            + (after.input() instanceof Input.Get ? "read" : "wrote") + " version " + version(after)
                            + " (T2)"));
        }
    }

    private static String described(String name, Operation<Input, Output> operation) {
        String place = operation.line() == Operation.NO_LINE ? "" : " at line " + operation.line();
        return name + " = process " + operation.process() + place + " {" + operation.input() + " -> "
                + operation.output() + "}";
    }
}
