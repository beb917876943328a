package dev.danta.check.judge;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.txn.Anomaly;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Minimizes histories in pieces that can be left out without making anything wrong: a read of one transaction, or what was
 * written and all that was read of it. First all of one list or register at a time, then piece by piece. What is left has an
 * anomaly of the worst kind that the whole has, and none of a kind that the whole does not have.
 */
abstract class PieceMinimizer<I, O> {
    private final Judge<I, O> judge;
    private final Set<Anomaly.Kind> kinds;
    private final Anomaly<I, O> worst;
    private final DeltaDebugging search;

    /**
     * A piece.
     *
     * @param of the list or register to which it belongs
     * @param what of its pieces this is
     */
    record Piece(String of, String what) {
        /** What was written, wherever it is read. */
        static Piece written(String of, String value) {
            return new Piece(of, "=" + value);
        }

        /** One read; all steps of a history are numbered through. */
        static Piece read(String of, long number) {
            return new Piece(of, "#" + number);
        }
    }

    /** Some operations, and those that did not happen. */
    record Part<I, O>(List<Operation<I, O>> operations, List<Operation<I, O>> aborted) {}

    PieceMinimizer(Judge<I, O> judge, Judgement<I, O> original, Duration budget) {
        if (original.anomalies().isEmpty()) {
            throw new IllegalArgumentException("only what is wrong can be minimized");
        }
        this.judge = judge;
        this.kinds = kinds(original);
        this.worst = original.anomalies().get(0);
        this.search = new DeltaDebugging(System::nanoTime, budget.toNanos());
    }

    /** The pieces of each step of an operation, the first of which has the number {@code first}; null for none. */
    abstract List<@Nullable Piece> pieces(I input, long first);

    /**
     * An operation of which some pieces are left.
     *
     * @param stays by the number of each step whether it does
     * @param shown whether what a read has shown of something written stays there
     * @return null if nothing is left
     */
    abstract @Nullable Operation<I, O> reduced(Operation<I, O> operation, List<Boolean> stays, Predicate<Piece> shown);

    /** A part that is smaller in another way, or the same. */
    Part<I, O> withoutRest(Part<I, O> part, Predicate<Part<I, O>> fails) {
        return part;
    }

    final DeltaDebugging search() {
        return search;
    }

    final Minimal<I, O> minimize(History<I, O> history, List<Operation<I, O>> aborted) {
        Part<I, O> whole = new Part<>(history.operations(), aborted);
        Set<Piece> all = pieces(whole, operation -> true);
        Set<Piece> written =
                all.stream().filter(piece -> piece.what().startsWith("=")).collect(Collectors.toSet());
        Collection<Piece> pieces = startingWith(whole, all, written);
        List<String> groups = search.shortest(
                pieces.stream().map(Piece::of).distinct().toList(),
                some -> fails(only(whole, of(pieces, new HashSet<>(some)), written)));
        List<Piece> kept =
                search.shortest(of(pieces, new HashSet<>(groups)), some -> fails(only(whole, some, written)));
        Part<I, O> smallest = withoutRest(only(whole, kept, written), this::fails);
        return new Minimal<>(
                History.of(smallest.operations()),
                smallest.aborted(),
                null,
                judged(smallest),
                search.tries(),
                !search.wasCut());
    }

    /** The operations that were named, if they are wrong by themselves; or else all that they are about; or everything. */
    private Collection<Piece> startingWith(Part<I, O> whole, Set<Piece> all, Set<Piece> written) {
        Set<Piece> theirs = pieces(whole, new HashSet<>(worst.transactions())::contains);
        if (fails(only(whole, theirs, written))) {
            return theirs;
        }
        List<Piece> about = of(all, theirs.stream().map(Piece::of).collect(Collectors.toSet()));
        return fails(only(whole, about, written)) ? about : all;
    }

    private static List<Piece> of(Collection<Piece> pieces, Set<String> groups) {
        return pieces.stream().filter(piece -> groups.contains(piece.of())).toList();
    }

    private Judgement<I, O> judged(Part<I, O> part) {
        return judge.judge(History.of(part.operations()), part.aborted(), CheckOptions.defaults());
    }

    private boolean fails(Part<I, O> part) {
        Set<Anomaly.Kind> found = kinds(judged(part));
        return found.contains(worst.kind()) && kinds.containsAll(found);
    }

    private Set<Anomaly.Kind> kinds(Judgement<I, O> judgement) {
        return judgement.anomalies().stream().map(Anomaly::kind).collect(Collectors.toSet());
    }

    private Set<Piece> pieces(Part<I, O> whole, Predicate<Operation<I, O>> of) {
        Set<Piece> pieces = new LinkedHashSet<>();
        long number = 0;
        List<Operation<I, O>> operations = new ArrayList<>(whole.operations());
        operations.addAll(whole.aborted());
        for (Operation<I, O> operation : operations) {
            for (Piece piece : pieces(operation.input(), number)) {
                number++;
                if (piece != null && of.test(operation)) {
                    pieces.add(piece);
                }
            }
        }
        return pieces;
    }

    /** The part with some pieces. What nobody was ever asked to write stays: that it was read is what is wrong. */
    private Part<I, O> only(Part<I, O> whole, Collection<Piece> some, Set<Piece> written) {
        Set<Piece> kept = new HashSet<>(some);
        Predicate<Piece> shown = piece -> kept.contains(piece) || !written.contains(piece);
        List<Operation<I, O>> operations = new ArrayList<>();
        long number = reduce(whole.operations(), 0, kept, shown, operations);
        List<Operation<I, O>> aborted = new ArrayList<>();
        reduce(whole.aborted(), number, kept, shown, aborted);
        return new Part<>(operations, aborted);
    }

    private long reduce(
            List<Operation<I, O>> operations,
            long first,
            Set<Piece> kept,
            Predicate<Piece> shown,
            List<Operation<I, O>> into) {
        long number = first;
        for (Operation<I, O> operation : operations) {
            List<Boolean> stays = new ArrayList<>();
            for (Piece piece : pieces(operation.input(), number)) {
                stays.add(piece == null || kept.contains(piece));
            }
            number += stays.size();
            Operation<I, O> reduced = reduced(operation, stays, shown);
            if (reduced != null) {
                into.add(reduced);
            }
        }
        return number;
    }

    /** The same operation with another question and answer. */
    static <I, O> Operation<I, O> with(Operation<I, O> operation, I input, @Nullable O output) {
        return new Operation<>(
                operation.process(),
                input,
                output,
                operation.invokedAt(),
                operation.completedAt(),
                operation.invokedLine(),
                operation.completedLine());
    }
}
