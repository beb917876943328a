package dev.danta.check.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Makes a list that fails as short as it gets by leaving parts out, big ones first (A. Zeller, R. Hildebrandt, Simplifying
 * and isolating failure-inducing input, 2002). Ends when no single element can be left out any more and no two that stand
 * close together, or when time is up.
 */
final class DeltaDebugging {
    /** Pairs are tried of at most so many elements. */
    private static final int PAIRS_OF_MAX = 300;

    private static final int PAIR_APART_MAX = 12;

    private final LongSupplier nanoTime;
    private final long deadlineNanos;
    private int tries;
    private boolean cut;

    DeltaDebugging(LongSupplier nanoTime, long budgetNanos) {
        this.nanoTime = nanoTime;
        this.deadlineNanos = nanoTime.getAsLong() + budgetNanos;
    }

    /**
     * The shortest that was found.
     *
     * @param elements which fail together
     * @param fails whether some of them, in their order, fail as all of them do
     */
    <T> List<T> shortest(List<T> elements, Predicate<List<T>> fails) {
        List<T> kept = new ArrayList<>(elements);
        int chunk = Math.max(1, kept.size() / 2);
        while (!kept.isEmpty()) {
            boolean shorter = false;
            int from = 0;
            while (from < kept.size()) {
                if (isTimeUp()) {
                    return kept;
                }
                int to = Math.min(kept.size(), from + chunk);
                List<T> rest = new ArrayList<>(kept.subList(0, from));
                rest.addAll(kept.subList(to, kept.size()));
                tries++;
                if (fails.test(rest)) {
                    kept = rest;
                    shorter = true;
                } else {
                    from = to;
                }
            }
            if (chunk == 1 && !shorter) {
                List<T> withoutPair = kept.size() > PAIRS_OF_MAX ? kept : withoutSomePair(kept, fails);
                if (withoutPair.size() == kept.size()) {
                    return kept;
                }
                kept = withoutPair;
            }
            chunk = chunk == 1 ? 1 : Math.min(chunk / 2, Math.max(1, kept.size() / 2));
        }
        return kept;
    }

    /** What belongs together, such as taking a lock and letting go of it, stands close together. */
    private <T> List<T> withoutSomePair(List<T> elements, Predicate<List<T>> fails) {
        List<T> kept = elements;
        int first = 0;
        while (first < kept.size()) {
            int second = first + 1;
            boolean shorter = false;
            while (second < Math.min(kept.size(), first + PAIR_APART_MAX) && !shorter) {
                if (isTimeUp()) {
                    return kept;
                }
                List<T> rest = new ArrayList<>(kept);
                rest.remove(second);
                rest.remove(first);
                tries++;
                shorter = fails.test(rest);
                kept = shorter ? rest : kept;
                second++;
            }
            first += shorter ? 0 : 1;
        }
        return kept;
    }

    private boolean isTimeUp() {
        cut |= remainingNanos() <= 0;
        return cut;
    }

    long remainingNanos() {
        return deadlineNanos - nanoTime.getAsLong();
    }

    /** How many were tried. */
    int tries() {
        return tries;
    }

    /** Whether time was up before nothing could be left out any more. */
    boolean wasCut() {
        return cut;
    }
}
