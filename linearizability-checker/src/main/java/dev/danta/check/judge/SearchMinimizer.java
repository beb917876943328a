package dev.danta.check.judge;

import dev.danta.check.Cancellation;
import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.HistoryCheck;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Minimizes what was judged by search. What changes nothing may always be left out. With the rest goes what explains the
 * answers, and a read of what nobody writes any more is wrong in a way that says nothing of the history. So what is left
 * must come right
 *
 * <ul>
 *   <li>if the operation that cannot be linearized could be at any other time, such as a read of an old value, or else
 *   <li>if some other operation had not been, such as one that took the same thing out of a queue,
 * </ul>
 *
 * <p>If neither was so from the beginning, the reason in words has to stay the same, unless that takes many operations: what
 * the state was is often part of it. And always it has to be the same operation that cannot be linearized.
 */
final class SearchMinimizer<S, I, O> {
    /** More than enough for what can be minimized at all, and little for what is tried in vain. */
    private static final Duration TRY_MAX = Duration.ofMillis(500);

    /** Of the operations before the one that cannot be linearized so many may be what went wrong, the latest first. */
    private static final int SUSPECTS_MAX = 16;

    /** So many operations are worth it to keep the reason. */
    private static final int FEW = 12;

    private final SearchJudge<S, I, O> judge;
    private final Result.Failure<I, O> failure;
    private final Operation<I, O> failed;
    private final DeltaDebugging search;
    private final CheckOptions options = CheckOptions.defaults().withThreads(1);
    private Model<S, I, O> model;
    /** Without which all was right when that was asked last. */
    private @Nullable Operation<I, O> suspect;

    private @Nullable String initial;

    SearchMinimizer(SearchJudge<S, I, O> judge, Result.Failure<I, O> failure, Duration budget) {
        this.judge = judge;
        this.model = judge.model();
        this.failure = failure;
        this.failed = failure.operation();
        this.search = new DeltaDebugging(System::nanoTime, budget.toNanos());
    }

    Minimal<I, O> minimize(History<I, O> history) {
        List<Operation<I, O>> before = new ArrayList<>();
        for (Operation<I, O> operation : history.operations()) {
            if (operation.invokedAt() <= failed.completedAt()
                    && !operation.equals(failed)
                    && model.partitionOf(operation.input()).equals(failure.partition())) {
                before.add(operation);
            }
        }
        Function<S, Model<S, I, O>> beginningWith = judge.beginningWith();
        List<Operation<I, O>> since = beginningWith == null ? before : sinceQuiet(before, beginningWith);
        List<Operation<I, O>> changes =
                since.stream().filter(operation -> !changesNothing(operation)).toList();
        List<Operation<I, O>> from = fails(changes) ? changes : since;
        List<Operation<I, O>> kept = shortest(from);
        History<I, O> smallest = History.of(with(kept, failed));
        SearchJudge<S, I, O> same = new SearchJudge<>(judge.header(), model, judge.codec());
        return new Minimal<>(
                smallest,
                List.of(),
                initial,
                same.judge(smallest, List.of(), CheckOptions.defaults()),
                search.tries(),
                !search.wasCut());
    }

    private List<Operation<I, O>> shortest(List<Operation<I, O>> from) {
        if (isRightAtAnotherTime(from)) {
            return search.shortest(from, some -> fails(some) && isRightAtAnotherTime(some));
        }
        if (isRightWithoutAnother(from)) {
            return search.shortest(from, some -> fails(some) && isRightWithoutAnother(some));
        }
        List<Operation<I, O>> forTheSame = search.shortest(from, this::failsForTheSameReason);
        return forTheSame.size() < FEW ? forTheSame : search.shortest(forTheSame, this::fails);
    }

    /**
     * What came after the last moment at which nothing was open, if all before is answered: it leads to one state, and the
     * model begins with that.
     */
    private List<Operation<I, O>> sinceQuiet(List<Operation<I, O>> before, Function<S, Model<S, I, O>> beginningWith) {
        int begin = 0;
        long answered = Long.MIN_VALUE;
        S state = model.init(failure.partition());
        S atBegin = state;
        for (int i = 0; i < before.size(); i++) {
            Operation<I, O> operation = before.get(i);
            O output = operation.output();
            if (operation.invokedAt() > answered && operation.invokedAt() < failed.invokedAt()) {
                begin = i;
                atBegin = state;
            }
            if (output == null) {
                break;
            }
            answered = Math.max(answered, operation.completedAt());
            // The sum is the same in any order; a bound may stand in the way in this one.
            Step<S> step = model.step(state, operation.input(), output, Cancellation.NONE);
            if (!(step instanceof Step.Legal<S> legal)) {
                if (changesNothing(operation)) {
                    continue;
                }
                break;
            }
            state = legal.next();
        }
        Model<S, I, O> whole = model;
        model = beginningWith.apply(atBegin);
        List<Operation<I, O>> since = before.subList(begin, before.size());
        if (begin == 0 || !fails(since)) {
            model = whole;
            return before;
        }
        initial = model.describeState(atBegin);
        return since;
    }

    private boolean changesNothing(Operation<I, O> operation) {
        O output = operation.output();
        return output == null ? model.readOnly(operation.input()) : model.readOnly(operation.input(), output);
    }

    private static <T> List<T> with(List<T> some, T one) {
        List<T> all = new ArrayList<>(some);
        all.add(one);
        return all;
    }

    private boolean fails(List<Operation<I, O>> others) {
        return check(with(others, failed)) instanceof Result.Invalid<I, O> invalid
                && invalid.operation().equals(failed);
    }

    private boolean failsForTheSameReason(List<Operation<I, O>> others) {
        return check(with(others, failed)) instanceof Result.Invalid<I, O> invalid
                && invalid.operation().equals(failed)
                && failure.longest().stream()
                        .anyMatch(end -> end.reason()
                                .equals(invalid.failures()
                                        .get(0)
                                        .longest()
                                        .get(0)
                                        .reason()));
    }

    /** As if it had been open from the beginning to the end. */
    private boolean isRightAtAnotherTime(List<Operation<I, O>> others) {
        O output = failed.output();
        if (output == null) {
            return false;
        }
        long first = failed.invokedAt();
        long last = failed.completedAt();
        long process = failed.process();
        for (Operation<I, O> operation : others) {
            first = Math.min(first, operation.invokedAt());
            last = operation.isUnknown() ? last : Math.max(last, operation.completedAt());
            process = Math.max(process, operation.process());
        }
        return check(with(others, Operation.known(process + 1, failed.input(), output, first, last)))
                .isValid();
    }

    private boolean isRightWithoutAnother(List<Operation<I, O>> others) {
        Operation<I, O> before = suspect;
        if (before != null && others.contains(before) && isRightWithout(before, others)) {
            return true;
        }
        int tried = 0;
        for (int i = others.size() - 1; i >= 0 && tried++ < SUSPECTS_MAX; i--) {
            if (isRightWithout(others.get(i), others)) {
                suspect = others.get(i);
                return true;
            }
        }
        return false;
    }

    private boolean isRightWithout(Operation<I, O> one, List<Operation<I, O>> others) {
        List<Operation<I, O>> rest = new ArrayList<>(others);
        rest.remove(one);
        return check(with(rest, failed)).isValid();
    }

    private Result<I, O> check(List<Operation<I, O>> operations) {
        long nanos = Math.max(1, Math.min(TRY_MAX.toNanos(), search.remainingNanos()));
        return HistoryCheck.check(model, History.of(operations), options.withTimeout(Duration.ofNanos(nanos)));
    }
}
