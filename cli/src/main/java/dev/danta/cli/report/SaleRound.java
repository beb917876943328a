package dev.danta.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One round of the sale, over.
 *
 * @param name of the round
 * @param units the stock at first
 * @param buyers who came
 * @param answers what they were told, one for each buyer who got an answer
 * @param elapsedNanos from the first buyer to the last answer
 * @param retries attempts after the first
 * @param resolved buyers whose outcome was unknown at first
 * @param unanswered buyers without an answer
 * @param outage of a node, or null if none was away
 * @param verdict in a few words
 * @param good whether the round is as it should be
 */
public record SaleRound(
        String name,
        int units,
        int buyers,
        List<Answer> answers,
        long elapsedNanos,
        long retries,
        int resolved,
        int unanswered,
        @Nullable Outage outage,
        String verdict,
        boolean good) {

    /**
     * What one buyer was told.
     *
     * @param atNanos when, since the start of the round
     * @param waitNanos how long it took
     * @param bought whether a unit is theirs; else sold out
     */
    public record Answer(long atNanos, long waitNanos, boolean bought) {}

    public SaleRound {
        List<Answer> sorted = new ArrayList<>(answers);
        sorted.sort(Comparator.comparingLong(Answer::atNanos));
        answers = List.copyOf(sorted);
    }

    /** Units sold, as the buyers were told. */
    public int sold() {
        return (int) answers.stream().filter(Answer::bought).count();
    }

    /** Units sold that were not there. */
    public int oversold() {
        return Math.max(0, sold() - units);
    }

    /** Units sold in each second, until the last of them. */
    public double salesPerSecond() {
        long last = answers.stream()
                .filter(Answer::bought)
                .mapToLong(Answer::atNanos)
                .max()
                .orElse(0);
        return last == 0 ? 0 : sold() * 1e9 / last;
    }

    /** The waiting time that this share of all answered buyers did not exceed; 0 if there was none. */
    public long waitPercentileNanos(double percent) {
        if (answers.isEmpty()) {
            return 0;
        }
        long[] waits = answers.stream().mapToLong(Answer::waitNanos).sorted().toArray();
        int rank = (int) Math.ceil(percent / 100 * waits.length);
        return waits[Math.min(waits.length - 1, Math.max(0, rank - 1))];
    }
}
