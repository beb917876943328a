package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.txn.ReplicatedChange.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replicas that need no order agree in the end (M. Shapiro and others, Conflict-free replicated data types, SSS 2011): when
 * nothing is changed any more and everybody had time to hear of everything, all reads of a key show the same, and all of it
 * was asked for, and nothing that was acknowledged is missing. Which reads those are, the history says: they are <em>final</em>.
 * Between two final reads there may be changes; then only those on the same side of them are compared.
 *
 * <p>What a key holds follows from how it is changed: by writes a register, by adding and removing a set, by increments a sum.
 * Of a register the last write of all may be any; of a set an element that anybody was asked to remove may be there or not.
 * Reads that are not final may be old, but show nothing that nobody was asked for.
 *
 * <p>Linear in the history, but for a set in the elements that were read. Stateless and thread-safe.
 */
public final class ConvergenceCheck {
    private final List<Operation<ReplicatedChange, ReplicatedState>> history;
    private final @Nullable String initial;
    private final Faults<ReplicatedChange, ReplicatedState> faults = new Faults<>(new Words());
    private int finals;

    private ConvergenceCheck(List<Operation<ReplicatedChange, ReplicatedState>> history, @Nullable String initial) {
        this.history = history;
        this.initial = initial;
    }

    /**
     * Judges a history.
     *
     * @param aborted changes that certainly did not happen
     * @param initial what every register or sum holds at first, or null for nothing or 0
     * @return unknown (vacuous) if no read is final
     * @throws MalformedHistoryException if a key is changed as two different things, a key is changed during a final read, or
     *     a sum is no number
     */
    public static TxnVerdict<ReplicatedChange, ReplicatedState> check(
            History<ReplicatedChange, ReplicatedState> history,
            List<Operation<ReplicatedChange, ReplicatedState>> aborted,
            @Nullable String initial) {
        long startNanos = System.nanoTime();
        ConvergenceCheck check = new ConvergenceCheck(history.operations(), initial);
        Map<String, List<Integer>> keys = new LinkedHashMap<>();
        for (int i = 0; i < history.size(); i++) {
            keys.computeIfAbsent(history.operations().get(i).input().key(), k -> new ArrayList<>())
                    .add(i);
        }
        Map<String, List<Operation<ReplicatedChange, ReplicatedState>>> failed = new HashMap<>();
        aborted.forEach(operation -> failed.computeIfAbsent(operation.input().key(), k -> new ArrayList<>())
                .add(operation));
        keys.forEach((key, operations) -> check.judge(key, operations, failed.getOrDefault(key, List.of())));
        return TxnVerdict.of(
                history,
                Consistency.SESSION,
                check.faults.at(Consistency.SESSION),
                check.finals == 0 ? "no read is final" : null,
                keys.size(),
                startNanos);
    }

    /** Operations on replicated data in words. */
    private static final class Words extends TxnWords<ReplicatedChange, ReplicatedState> {
        @Override
        String describe(ReplicatedChange input, @Nullable ReplicatedState output) {
            boolean asked = input.change() instanceof Change.Read;
            return "{" + input + (asked ? " -> " + (output == null ? "unknown" : output) : "") + "}";
        }

        @Override
        String sentence(Cycle.Step step, String from, String to) {
            throw new IllegalStateException("convergence is judged without cycles");
        }
    }

    private Operation<ReplicatedChange, ReplicatedState> operation(int number) {
        return history.get(number);
    }

    private void judge(
            String key, List<Integer> operations, List<Operation<ReplicatedChange, ReplicatedState>> aborted) {
        Kind kind = null;
        for (int number : operations) {
            Kind other = Kind.of(operation(number).input().change());
            kind = agreed(key, number, kind, other, "changed");
        }
        for (int number : operations) {
            ReplicatedState state = operation(number).output();
            if (state != null && !state.elements().isEmpty()) {
                kind = agreed(key, number, kind, Kind.SET, "read");
            } else if (state != null && state.value() != null && kind == Kind.SET) {
                agreed(key, number, kind, Kind.REGISTER, "read");
            }
        }
        Content content = kind == Kind.SET
                ? new Elements(key)
                : kind == Kind.REGISTER ? new Register(key) : new Sum(key, kind == Kind.SUM);
        aborted.forEach(content::abort);
        judge(operations, content);
    }

    private @Nullable Kind agreed(String key, int number, @Nullable Kind before, @Nullable Kind now, String how) {
        if (before != null && now != null && now != before) {
            throw new MalformedHistoryException(
                    operation(number).line(),
                    key + " is " + how + " as " + now.words + ", but was " + before.words + " before");
        }
        return now == null ? before : now;
    }

    /** One key: its operations by invocation. */
    private void judge(List<Integer> operations, Content content) {
        int reference = -1;
        long answered = Long.MIN_VALUE;
        int latest = -1;
        List<Integer> early = new ArrayList<>();
        for (int number : operations) {
            Operation<ReplicatedChange, ReplicatedState> operation = operation(number);
            if (!(operation.input().change() instanceof Change.Read read)) {
                early.removeIf(reader -> operation(reader).completedAt() < operation.invokedAt());
                if (!early.isEmpty()) {
                    throw duringFinal(early.get(0), number);
                }
                content.change(number);
                reference = -1;
                if (!operation.isUnknown() && operation.completedAt() > answered) {
                    answered = operation.completedAt();
                    latest = number;
                }
                continue;
            }
            ReplicatedState state = operation.output();
            if (state == null || !read.last()) {
                continue;
            }
            if (answered > operation.invokedAt()) {
                throw duringFinal(number, latest);
            }
            finals++;
            early.add(number);
            content.judge(number, state);
            if (reference >= 0) {
                compare(content.key(), reference, number);
            } else {
                reference = number;
            }
        }
        for (int number : operations) {
            Operation<ReplicatedChange, ReplicatedState> operation = operation(number);
            ReplicatedState state = operation.output();
            if (state != null && operation.input().change() instanceof Change.Read read && !read.last()) {
                content.judgeOld(number, state);
            }
        }
    }

    private MalformedHistoryException duringFinal(int read, int change) {
        return new MalformedHistoryException(
                operation(read).line(),
                "process " + operation(read).process() + " reads "
                        + operation(read).input().key()
                        + " for the last time while process "
                        + operation(change).process() + " is changing it"
                        + (operation(change).invokedLine() == Operation.NO_LINE
                                ? ""
                                : " (line " + operation(change).invokedLine() + ")"));
    }

    private void compare(String key, int one, int other) {
        ReplicatedState first = Objects.requireNonNull(operation(one).output(), "a final read was answered");
        ReplicatedState second = Objects.requireNonNull(operation(other).output(), "a final read was answered");
        if (first.holdsSame(second)) {
            return;
        }
        String how = first.elements().isEmpty() || second.elements().isEmpty()
                ? "T1 read " + key + " as " + first + ", but T2 as " + second
                : "of " + key + " "
                        + Stream.of(lacks("T2", second, "T1", first), lacks("T1", first, "T2", second))
                                .filter(words -> !words.isEmpty())
                                .collect(Collectors.joining(" and "));
        faults.add(Anomaly.Kind.DIVERGENCE, List.of(operation(one), operation(other)), "in the end " + how);
    }

    private static String lacks(String who, ReplicatedState state, String other, ReplicatedState whole) {
        Set<String> more = new TreeSet<>(whole.elements());
        state.elements().forEach(more::remove);
        return more.isEmpty()
                ? ""
                : other + " read " + AppendWords.list(List.copyOf(more)) + ", which " + who + " did not";
    }

    /** What a key holds. */
    private enum Kind {
        REGISTER("a register"),
        SET("a set"),
        SUM("a sum");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        static @Nullable Kind of(Change change) {
            if (change instanceof Change.Write) {
                return REGISTER;
            }
            if (change instanceof Change.Increment) {
                return SUM;
            }
            return change instanceof Change.Read ? null : SET;
        }
    }

    /** What one key may hold, by the changes so far. */
    private abstract class Content {
        private final String key;

        Content(String key) {
            this.key = key;
        }

        final String key() {
            return key;
        }

        /** Takes a change that did not happen. */
        abstract void abort(Operation<ReplicatedChange, ReplicatedState> operation);

        /** Takes a change. */
        abstract void change(int number);

        /** Judges what a final read has shown. */
        abstract void judge(int number, ReplicatedState state);

        /** Judges what another read has shown; all changes are known by now. */
        abstract void judgeOld(int number, ReplicatedState state);

        final void garbage(
                int number,
                String what,
                @Nullable Operation<ReplicatedChange, ReplicatedState> failed,
                @Nullable Operation<ReplicatedChange, ReplicatedState> later) {
            List<Operation<ReplicatedChange, ReplicatedState>> concerned = new ArrayList<>(List.of(operation(number)));
            String why = ", which nobody was asked for";
            if (failed != null) {
                concerned.add(failed);
                why = ", which T2 was asked for, and T2 failed";
            } else if (later != null) {
                concerned.add(later);
                why = ", which T2 was asked for only afterwards";
            }
            faults.add(Anomaly.Kind.GARBAGE_READ, concerned, "T1 read " + what + " in " + key + why);
        }

        final void missing(int number, int change, String words) {
            faults.add(
                    Anomaly.Kind.MISSING_CHANGE,
                    List.of(operation(change), operation(number)),
                    "T1 was acknowledged, but in the end T2 read " + key + " " + words);
        }

        final boolean isKnown(int number) {
            return !operation(number).isUnknown();
        }
    }

    /** Values that were asked for, and by whom first. */
    private final class Asked {
        private final Map<String, Integer> changes = new HashMap<>();
        private final Map<String, Operation<ReplicatedChange, ReplicatedState>> aborted = new HashMap<>();

        void judge(Content content, int number, String value) {
            Integer change = changes.get(value);
            if (change == null) {
                content.garbage(number, value, aborted.get(value), null);
            } else if (operation(change).invokedAt() > operation(number).completedAt()) {
                content.garbage(number, value, null, operation(change));
            }
        }
    }

    private final class Register extends Content {
        private final Asked asked = new Asked();
        private int acknowledged = -1;

        Register(String key) {
            super(key);
        }

        @Override
        void abort(Operation<ReplicatedChange, ReplicatedState> operation) {
            if (operation.input().change() instanceof Change.Write write) {
                asked.aborted.put(write.value(), operation);
            }
        }

        @Override
        void change(int number) {
            if (operation(number).input().change() instanceof Change.Write write) {
                asked.changes.putIfAbsent(write.value(), number);
                acknowledged = isKnown(number) ? number : acknowledged;
            }
        }

        @Override
        void judge(int number, ReplicatedState state) {
            String value = state.value();
            if (!Objects.equals(value, initial) || asked.changes.containsKey(value)) {
                judgeOld(number, state);
            } else if (acknowledged >= 0) {
                missing(number, acknowledged, "as " + state);
            }
        }

        @Override
        void judgeOld(int number, ReplicatedState state) {
            String value = state.value();
            if (!Objects.equals(value, initial)) {
                asked.judge(this, number, value == null ? state.toString() : value);
            }
        }
    }

    private final class Elements extends Content {
        private final Asked asked = new Asked();
        private final Map<String, Integer> certain = new LinkedHashMap<>();
        private final Set<String> removed = new LinkedHashSet<>();

        Elements(String key) {
            super(key);
        }

        @Override
        void abort(Operation<ReplicatedChange, ReplicatedState> operation) {
            if (operation.input().change() instanceof Change.Add add) {
                asked.aborted.put(add.element(), operation);
            }
        }

        @Override
        void change(int number) {
            if (operation(number).input().change() instanceof Change.Add add) {
                asked.changes.putIfAbsent(add.element(), number);
                if (isKnown(number) && !removed.contains(add.element())) {
                    certain.putIfAbsent(add.element(), number);
                }
            } else if (operation(number).input().change() instanceof Change.Remove remove) {
                removed.add(remove.element());
                certain.remove(remove.element());
            }
        }

        @Override
        void judge(int number, ReplicatedState state) {
            judgeOld(number, state);
            Set<String> elements = new TreeSet<>(state.elements());
            certain.forEach((element, change) -> {
                if (!elements.contains(element)) {
                    missing(number, change, "without " + element);
                }
            });
        }

        @Override
        void judgeOld(int number, ReplicatedState state) {
            state.elements().forEach(element -> asked.judge(this, number, element));
        }
    }

    private final class Sum extends Content {
        private final boolean changed;
        private long least;
        private long most;
        private int latest = -1;

        /** A sum, or what was never changed, and then is what it was at first. */
        Sum(String key, boolean changed) {
            super(key);
            this.changed = changed;
            least = initial == null || !changed ? 0 : parsed(initial, Operation.NO_LINE);
            most = least;
        }

        @Override
        void abort(Operation<ReplicatedChange, ReplicatedState> operation) {
            // What did not happen adds nothing.
        }

        @Override
        void change(int number) {
            if (operation(number).input().change() instanceof Change.Increment increment) {
                boolean known = isKnown(number);
                least = saturated(least, known ? increment.amount() : Math.min(0, increment.amount()));
                most = saturated(most, known ? increment.amount() : Math.max(0, increment.amount()));
                latest = known ? number : latest;
            }
        }

        @Override
        void judge(int number, ReplicatedState state) {
            String value = state.value();
            if (!changed) {
                judgeOld(number, state);
                return;
            }
            long sum = value == null ? least : parsed(value, operation(number).line());
            if (sum >= least && sum <= most) {
                return;
            }
            String words = "as " + sum + ", where all that was acknowledged is "
                    + (least == most ? Long.toString(least) : least + " to " + most);
            if (latest >= 0) {
                missing(number, latest, words);
            } else {
                garbage(number, Long.toString(sum), null, null);
            }
        }

        @Override
        void judgeOld(int number, ReplicatedState state) {
            String value = state.value();
            if (!changed && value != null && !value.equals(initial == null ? "0" : initial)) {
                garbage(number, value, null, null);
            } else if (changed && value != null) {
                // Any part of the increments may have arrived.
                parsed(value, operation(number).line());
            }
        }

        private long parsed(String value, long line) {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException notANumber) {
                throw new MalformedHistoryException(line, key() + " is a sum, and no number: " + value, notANumber);
            }
        }

        private static long saturated(long one, long other) {
            long sum = one + other;
            boolean overflown = ((one ^ sum) & (other ^ sum)) < 0;
            return overflown ? (one < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
        }
    }
}
