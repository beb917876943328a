package dev.danta.check.judge;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.txn.Anomaly;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.ListAppendCheck;
import dev.danta.check.txn.ListsRead;
import dev.danta.check.txn.TxnVerdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Minimizes histories of lists in parts that can be left out without making anything wrong: a read of one transaction, and
 * an element with its append and from every list in which it was read. First whole lists, then elements and reads.
 */
final class ListAppendMinimizer {
    private final Consistency level;
    private final Set<Anomaly.Kind> kinds;
    private final Anomaly<AppendTxn, ListsRead> worstOne;
    private final DeltaDebugging search;

    /** An append or a read, by its list and its element or number. */
    private record Piece(boolean append, String list, String which) {}

    private record Part(History<AppendTxn, ListsRead> history, List<Operation<AppendTxn, ListsRead>> aborted) {}

    ListAppendMinimizer(Consistency level, Judgement<AppendTxn, ListsRead> original, Duration budget) {
        this.level = level;
        this.kinds = original.anomalies().stream().map(Anomaly::kind).collect(Collectors.toSet());
        this.search = new DeltaDebugging(System::nanoTime, budget.toNanos());
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("only what is wrong can be minimized");
        }
        this.worstOne = original.anomalies().get(0);
    }

    Minimal<AppendTxn, ListsRead> minimize(
            History<AppendTxn, ListsRead> history, List<Operation<AppendTxn, ListsRead>> aborted) {
        Part whole = new Part(history, aborted);
        List<Piece> pieces = startingWith(whole);
        List<String> lists =
                search.shortest(pieces.stream().map(Piece::list).distinct().toList(), some -> {
                    Set<String> names = new HashSet<>(some);
                    return fails(only(
                            whole,
                            pieces.stream()
                                    .filter(piece -> names.contains(piece.list()))
                                    .toList()));
                });
        Set<String> names = new HashSet<>(lists);
        List<Piece> kept = search.shortest(
                pieces.stream().filter(piece -> names.contains(piece.list())).toList(),
                some -> fails(only(whole, some)));
        Part smallest = only(whole, kept);
        TxnVerdict<AppendTxn, ListsRead> verdict = ListAppendCheck.check(smallest.history(), smallest.aborted(), level);
        return new Minimal<>(
                smallest.history(),
                smallest.aborted(),
                null,
                new Judgement<>(verdict.result(), null, verdict.anomalies()),
                search.tries(),
                !search.wasCut());
    }

    /** The transactions that were named, if they are wrong by themselves; or else the lists that they are about; or all. */
    private List<Piece> startingWith(Part whole) {
        Set<Operation<AppendTxn, ListsRead>> named = new HashSet<>(worstOne.transactions());
        List<Piece> theirs = pieces(whole, named::contains);
        if (fails(only(whole, theirs))) {
            return theirs;
        }
        Set<String> lists = theirs.stream().map(Piece::list).collect(Collectors.toSet());
        List<Piece> all = pieces(whole, operation -> true);
        List<Piece> about =
                all.stream().filter(piece -> lists.contains(piece.list())).toList();
        return fails(only(whole, about)) ? about : all;
    }

    private boolean fails(Part part) {
        TxnVerdict<AppendTxn, ListsRead> verdict = ListAppendCheck.check(part.history(), part.aborted(), level);
        Set<Anomaly.Kind> found =
                verdict.anomalies().stream().map(Anomaly::kind).collect(Collectors.toSet());
        return found.contains(worstOne.kind()) && kinds.containsAll(found);
    }

    private static List<Piece> pieces(Part whole, Predicate<Operation<AppendTxn, ListsRead>> of) {
        Set<Piece> pieces = new LinkedHashSet<>();
        Set<Piece> others = new HashSet<>();
        long number = 0;
        for (Operation<AppendTxn, ListsRead> operation : whole.history().operations()) {
            number = collect(operation, number, of.test(operation) ? pieces : others);
        }
        for (Operation<AppendTxn, ListsRead> operation : whole.aborted()) {
            number = collect(operation, number, of.test(operation) ? pieces : others);
        }
        return List.copyOf(pieces);
    }

    private static long collect(Operation<AppendTxn, ListsRead> operation, long first, Set<Piece> pieces) {
        long number = first;
        for (AppendTxn.Step step : operation.input().steps()) {
            pieces.add(piece(step, number++));
        }
        return number;
    }

    private static Piece piece(AppendTxn.Step step, long number) {
        return step instanceof AppendTxn.Step.Append append
                ? new Piece(true, append.key(), append.element())
                : new Piece(false, step.key(), Long.toString(number));
    }

    private static Part only(Part whole, List<Piece> some) {
        Set<Piece> kept = new HashSet<>(some);
        Set<Piece> asked = new HashSet<>();
        List<Operation<AppendTxn, ListsRead>> operations = new ArrayList<>();
        List<Operation<AppendTxn, ListsRead>> aborted = new ArrayList<>();
        // An element that nobody was ever asked to append stays: that it was read is what is wrong.
        whole.history().operations().forEach(operation -> appends(operation, asked));
        whole.aborted().forEach(operation -> appends(operation, asked));
        long number = 0;
        for (Operation<AppendTxn, ListsRead> operation : whole.history().operations()) {
            reduce(operation, number, kept, asked, operations);
            number += operation.input().steps().size();
        }
        for (Operation<AppendTxn, ListsRead> operation : whole.aborted()) {
            reduce(operation, number, kept, asked, aborted);
            number += operation.input().steps().size();
        }
        return new Part(History.of(operations), aborted);
    }

    private static void appends(Operation<AppendTxn, ListsRead> operation, Set<Piece> into) {
        for (AppendTxn.Step step : operation.input().steps()) {
            if (step instanceof AppendTxn.Step.Append) {
                into.add(piece(step, 0));
            }
        }
    }

    private static void reduce(
            Operation<AppendTxn, ListsRead> operation,
            long first,
            Set<Piece> kept,
            Set<Piece> asked,
            List<Operation<AppendTxn, ListsRead>> into) {
        List<AppendTxn.Step> steps = new ArrayList<>();
        List<List<String>> lists = new ArrayList<>();
        ListsRead answer = operation.output();
        long number = first;
        int read = 0;
        for (AppendTxn.Step step : operation.input().steps()) {
            boolean stays = kept.contains(piece(step, number++));
            if (stays) {
                steps.add(step);
            }
            if (step instanceof AppendTxn.Step.Read && answer != null) {
                List<String> list = answer.lists().get(read++);
                if (stays) {
                    lists.add(list.stream()
                            .filter(element -> {
                                Piece append = new Piece(true, step.key(), element);
                                return kept.contains(append) || !asked.contains(append);
                            })
                            .toList());
                }
            }
        }
        if (!steps.isEmpty()) {
            into.add(new Operation<>(
                    operation.process(),
                    new AppendTxn(steps),
                    answer == null ? null : new ListsRead(lists),
                    operation.invokedAt(),
                    operation.completedAt(),
                    operation.invokedLine(),
                    operation.completedLine()));
        }
    }
}
