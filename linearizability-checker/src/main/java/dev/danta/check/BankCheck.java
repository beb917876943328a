package dev.danta.check;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bank: transfers move money between accounts, so whoever reads all accounts at one instant finds the same total,
 * and finds no account overdrawn. Looks at every read by itself, in linear time.
 *
 * <p>This is necessary and not sufficient: a history that passes may still have read all accounts at an instant that
 * real time rules out. Nothing follows from transfers alone, nor from reads of unknown outcome.
 */
public final class BankCheck {
    private BankCheck() {}

    /** What is asked of a bank. */
    public sealed interface Input {
        /** Move this much, more than 0, unless {@code from} has less. */
        record Transfer(String from, String to, long amount) implements Input {
            public Transfer {
                if (amount <= 0) {
                    throw new IllegalArgumentException("a transfer moves more than 0: " + amount);
                }
            }

            @Override
            public String toString() {
                return "transfer " + amount + " from " + from + " to " + to;
            }
        }

        /** What is in every account? */
        record ReadAll() implements Input {
            @Override
            public String toString() {
                return "read all";
            }
        }
    }

    /** What a bank answers. */
    public sealed interface Output {
        /** To a transfer: whether it was done. */
        record Transferred(boolean done) implements Output {}

        /** To a read: every account with its balance. */
        record Balances(Map<String, Long> byAccount) implements Output {
            public Balances {
                byAccount = Collections.unmodifiableMap(new TreeMap<>(byAccount));
            }

            @Override
            public String toString() {
                return byAccount.toString();
            }
        }
    }

    /**
     * Checks every read of a history.
     *
     * @param total the money in the bank
     * @return invalid with the first read, by completion, that is wrong; unknown (vacuous) if nobody read
     */
    public static Result<Input, Output> check(History<Input, Output> history, long total) {
        long startNanos = System.nanoTime();
        int reads = 0;
        Result.Failure<Input, Output> first = null;
        for (Operation<Input, Output> operation : history.operations()) {
            if (!(operation.output() instanceof Output.Balances balances)) {
                continue;
            }
            reads++;
            String fault = fault(balances, total);
            if (fault != null
                    && (first == null
                            || operation.completedAt() < first.operation().completedAt())) {
                first = failure(operation, fault);
            }
        }
        Result.Progress progress = new Result.Progress(
                history.size(), 1, reads == 0 ? 0 : 1, 0, 0, Duration.ofNanos(System.nanoTime() - startNanos));
        if (first != null) {
            return new Result.Invalid<>(List.of(first), progress);
        }
        return reads == 0
                ? new Result.Unknown<>(Result.Reason.VACUOUS, List.of(Model.WHOLE), null, progress)
                : new Result.Valid<>(Map.of(), false, progress);
    }

    private static Result.Failure<Input, Output> failure(Operation<Input, Output> operation, String fault) {
        String place = operation.line() == Operation.NO_LINE ? "" : "at line " + operation.line() + ": ";
        String explanation = place + "process " + operation.process() + " read " + fault + ": " + operation.output();
        return new Result.Failure<>(Model.WHOLE, operation, List.of(), explanation);
    }

    private static @Nullable String fault(Output.Balances balances, long total) {
        long sum = 0;
        for (Map.Entry<String, Long> account : balances.byAccount().entrySet()) {
            if (account.getValue() < 0) {
                return "that account " + account.getKey() + " holds " + account.getValue();
            }
            // Two balances are at most 2^64 - 2 together: a sum that overflows shows as negative and stays wrong.
            sum += account.getValue();
            if (sum < 0) {
                return "a total that exceeds " + Long.MAX_VALUE + " instead of being " + total;
            }
        }
        return sum == total ? null : "a total of " + sum + " instead of " + total;
    }
}
