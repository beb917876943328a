package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether reads are as fresh as they are to be: each shows every change of its key that was answered some time before it was
 * asked, or a later one; and, where nothing may be old, what any read before it has shown. Which change is later, the
 * versions of the answers say: so it may be a store in which a change is superseded by one that was answered before it. Linear
 * in the history but for sorting.
 *
 * <p>Sound: whatever is called invalid is. An answer without a version says nothing but where it is a get of nothing, which is
 * older than every version; nor does an unknown outcome.
 */
public final class FreshnessCheck {
    private static final long NOTHING = Long.MIN_VALUE;

    private FreshnessCheck() {}

    /** What was answered: a version, by an operation, at a time. */
    private record Answered(int operation, long version, long at) {}

    /**
     * Judges a history.
     *
     * @param staleness how long before a read was asked a change may have been answered that it does not show, in the units
     *     of the history's times, in nanoseconds; zero: none may, nor may a read show less than one answered before it
     * @return the verdict, one failure for each anomaly, and the anomalies, the first few; unknown (vacuous) if no get was
     *     answered
     */
    public static TxnVerdict<Input, Output> check(History<Input, Output> history, Duration staleness) {
        long startNanos = System.nanoTime();
        List<Operation<Input, Output>> operations = history.operations();
        Faults<Input, Output> faults = new Faults<>(SessionsCheck.WORDS);
        Map<String, List<Answered>> reads = new TreeMap<>();
        Map<String, List<Answered>> answers = new TreeMap<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation<Input, Output> operation = operations.get(i);
            Long version = version(operation);
            if (version == null) {
                continue;
            }
            String key = operation.input().key();
            boolean isRead = operation.input() instanceof Input.Get;
            if (isRead) {
                reads.computeIfAbsent(key, k -> new ArrayList<>()).add(new Answered(i, version, operation.invokedAt()));
            }
            if (!isRead || staleness.isZero()) {
                answers.computeIfAbsent(key, k -> new ArrayList<>())
                        .add(new Answered(i, version, operation.completedAt()));
            }
        }
        int judged = 0;
        for (Map.Entry<String, List<Answered>> entry : reads.entrySet()) {
            List<Answered> before = answers.getOrDefault(entry.getKey(), new ArrayList<>());
            judge(operations, entry.getKey(), entry.getValue(), before, staleness, faults);
            judged += entry.getValue().size();
        }
        return TxnVerdict.of(
                history,
                Consistency.SESSION,
                faults.at(Consistency.SESSION),
                judged == 0 ? "no get was answered with a version" : null,
                judged,
                startNanos);
    }

    private static @Nullable Long version(Operation<Input, Output> operation) {
        Output output = operation.output();
        if (output == null || (output instanceof Output.Swapped swapped && !swapped.applied())) {
            return null;
        }
        Long version = output.version();
        boolean isNothing = output instanceof Output.Value value && value.value() == null;
        return version == null && isNothing ? Long.valueOf(NOTHING) : version;
    }

    /** Both by time; of the answers before a read the greatest counts. */
    private static void judge(
            List<Operation<Input, Output>> operations,
            String key,
            List<Answered> reads,
            List<Answered> answers,
            Duration staleness,
            Faults<Input, Output> faults) {
        reads.sort(Comparator.comparingLong(Answered::at));
        answers.sort(Comparator.comparingLong(Answered::at));
        Answered greatest = new Answered(-1, NOTHING, NOTHING);
        int next = 0;
        for (Answered read : reads) {
            while (next < answers.size() && answers.get(next).at() < read.at() - staleness.toNanos()) {
                Answered answer = answers.get(next++);
                greatest = answer.version() > greatest.version() ? answer : greatest;
            }
            if (read.version() < greatest.version()) {
                Operation<Input, Output> earlier = operations.get(greatest.operation());
                Operation<Input, Output> later = operations.get(read.operation());
                faults.add(
                        earlier.input() instanceof Input.Get
                                ? Anomaly.Kind.breaking(Consistency.Guarantee.MONOTONIC_READS)
                                : Anomaly.Kind.breaking(Consistency.Guarantee.READ_YOUR_WRITES),
                        List.of(earlier, later),
                        "version " + greatest.version() + " of " + key + " was answered (T1) "
                                + (staleness.isZero() ? "" : "more than " + staleness + " ")
                                + "before it was read (T2), which shows "
                                + (read.version() == NOTHING ? "nothing" : "version " + read.version()));
            }
        }
    }
}
