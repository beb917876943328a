package dev.danta.check;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on a history. Only {@link Valid} is a pass: a check that ran out of time or memory, or that had nothing
 * to judge, is {@link Unknown}.
 */
public sealed interface Result<I, O> {

    /** What the check cost and how far it got. */
    Progress progress();

    /** The verdict in one line, for people. */
    String sentence();

    /** Whether the history was proved linearizable. */
    default boolean isValid() {
        return this instanceof Valid;
    }

    /**
     * Every partition has a linearization.
     *
     * @param witness for each partition, in the order of their first operations, one order that explains every answer;
     *     operations of unknown outcome stand in it only where they were needed. Empty for checks without a search
     * @param vacuous no answer was known, and {@link CheckOptions#acceptVacuous} said that this is fine
     */
    record Valid<I, O>(Map<String, List<Operation<I, O>>> witness, boolean vacuous, Progress progress)
            implements Result<I, O> {
        @Override
        public String sentence() {
            return vacuous ? "VALID (vacuous: no answer is known)" : "VALID (" + progress.inWords() + ")";
        }
    }

    /**
     * At least one partition has no linearization.
     *
     * @param failures the partitions that failed, never empty: all of them if {@link CheckOptions#all} asked for that,
     *     else those found before the check ended, usually one
     */
    record Invalid<I, O>(List<Failure<I, O>> failures, Progress progress) implements Result<I, O> {
        public Invalid {
            failures = List.copyOf(failures);
            if (failures.isEmpty()) {
                throw new IllegalArgumentException("an invalid history has at least one failure");
            }
        }

        /** The first failure's operation that cannot be linearized. */
        public Operation<I, O> operation() {
            return failures.get(0).operation();
        }

        /** The first failure's partition. */
        public String partition() {
            return failures.get(0).partition();
        }

        @Override
        public String sentence() {
            String others = failures.size() == 1 ? "" : " (and " + (failures.size() - 1) + " more partitions)";
            return "INVALID " + failures.get(0).explanation() + others;
        }
    }

    /**
     * Nobody knows: not a pass.
     *
     * @param reason why the check gave up
     * @param undecided the partitions without a verdict
     * @param furthest of the first undecided partition, the operation that could not yet be passed when the search
     *     ended; null if it had not begun
     * @param detail more about the reason, in words, or empty
     */
    record Unknown<I, O>(
            Reason reason, List<String> undecided, @Nullable Operation<I, O> furthest, String detail, Progress progress)
            implements Result<I, O> {
        /** Without more about the reason. */
        public Unknown(Reason reason, List<String> undecided, @Nullable Operation<I, O> furthest, Progress progress) {
            this(reason, undecided, furthest, "", progress);
        }

        public Unknown {
            undecided = List.copyOf(undecided);
        }

        /** The operation up to which the first undecided partition was explained. */
        public Optional<Operation<I, O>> furthestOperation() {
            return Optional.ofNullable(furthest);
        }

        @Override
        public String sentence() {
            String where = furthest == null
                    ? ""
                    : ", furthest at process " + furthest.process()
                            + (furthest.line() == Operation.NO_LINE ? "" : " line " + furthest.line());
            String more = detail.isEmpty() ? "" : ": " + detail;
            return "UNKNOWN (" + reason.words + more + where + "; " + progress.inWords() + ")";
        }
    }

    /** Why a check ended without a verdict. */
    enum Reason {
        TIMEOUT("out of time"),
        MEMORY("out of its memory bound"),
        VACUOUS("vacuous: no answer is known, so nothing was observed"),
        CANCELLED("cancelled"),
        UNSUPPORTED("not a history that the engine can judge");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    /**
     * Why one partition has no linearization.
     *
     * @param partition the model's name for it
     * @param operation the completion at which the history stops making sense: everything completed before it can be
     *     explained, and nothing that can be explained includes it
     * @param longest the furthest orders that were possible, one for each state in which {@code operation} was tried, at
     *     most {@link #LONGEST_MAX}
     * @param explanation one sentence
     */
    record Failure<I, O>(
            String partition, Operation<I, O> operation, List<PartialLinearization<I, O>> longest, String explanation) {
        /** The bound of {@link #longest}. */
        public static final int LONGEST_MAX = 8;

        public Failure {
            longest = List.copyOf(longest);
        }
    }

    /**
     * An order of operations that explains everything completed before the operation that failed.
     *
     * @param order the operations in that order
     * @param state the state it leads to, in words
     * @param reason why the failing operation does not fit there, in words
     */
    record PartialLinearization<I, O>(List<Operation<I, O>> order, String state, String reason) {
        public PartialLinearization {
            order = List.copyOf(order);
        }
    }

    /**
     * What a check cost.
     *
     * @param operations operations in the history
     * @param partitions partitions in the history
     * @param decided partitions with a verdict
     * @param configurations distinct configurations visited by the search
     * @param peakBytes the most that the search held at a time, by its own count
     * @param elapsed wall time
     * @param engines who judged, each once, by name; none for checks without a search
     */
    record Progress(
            int operations,
            int partitions,
            int decided,
            long configurations,
            long peakBytes,
            Duration elapsed,
            List<EngineName> engines) {
        public Progress {
            engines = List.copyOf(engines);
        }

        /** Of a check without a search. */
        public Progress(
                int operations, int partitions, int decided, long configurations, long peakBytes, Duration elapsed) {
            this(operations, partitions, decided, configurations, peakBytes, elapsed, List.of());
        }

        String inWords() {
            return operations + " operations, " + decided + " of " + partitions + " partitions decided, "
                    + configurations + " configurations, " + elapsed.toMillis() + " ms"
                    + (engines.isEmpty() ? "" : ", engine " + engineLabel());
        }

        /** The engines in one word, such as {@code zones+jit}; empty if there were none. */
        public String engineLabel() {
            return engines.stream().map(EngineName::label).collect(Collectors.joining("+"));
        }
    }
}
