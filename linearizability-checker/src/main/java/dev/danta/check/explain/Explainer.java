package dev.danta.check.explain;

import dev.danta.check.Cancellation;
import dev.danta.check.History;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.Step;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Explains failures of one history by its model. Used by one thread; takes time linear in the history. */
public final class Explainer<S, I, O> {
    private static final int TEXT_MAX = 200;

    private final Model<S, I, O> model;
    private final History<I, O> history;

    public Explainer(Model<S, I, O> model, History<I, O> history) {
        this.model = model;
        this.history = history;
    }

    /** Explains a failure that a check of this history by this model has found. */
    public Explanation<I, O> explain(Result.Failure<I, O> failure) {
        Operation<I, O> failed = failure.operation();
        List<Operation<I, O>> known = new ArrayList<>();
        List<Operation<I, O>> open = new ArrayList<>();
        for (Operation<I, O> operation : history.operations()) {
            if (operation.invokedAt() <= failed.completedAt()
                    && model.partitionOf(operation.input()).equals(failure.partition())) {
                if (!operation.isUnknown()) {
                    known.add(operation);
                } else if (!model.readOnly(operation.input())) {
                    open.add(operation);
                }
            }
        }
        int begin = quietPoint(known, failed);
        List<Operation<I, O>> window = known.subList(begin, known.size());
        int cut = Math.max(0, window.size() - Explanation.WINDOW_MAX);
        long since = window.isEmpty() ? failed.invokedAt() : window.get(0).invokedAt();
        Set<String> atBegin = new LinkedHashSet<>();
        Set<String> possible = new LinkedHashSet<>();
        List<String> reasons = new ArrayList<>();
        Replay first = null;
        for (Result.PartialLinearization<I, O> longest : failure.longest()) {
            Replay replay = new Replay(failure.partition(), longest.order(), failed, since);
            first = first == null ? replay : first;
            atBegin.add(brief(model.describeState(replay.atBegin)));
            if (possible.add(brief(longest.state()))) {
                reasons.add(brief(longest.reason()));
            }
        }
        return new Explanation<>(
                failure.partition(),
                failed,
                sentence(failed, first, possible, open),
                window.subList(cut, window.size()),
                cut,
                open.subList(Math.max(0, open.size() - Explanation.OPEN_MAX), open.size()),
                List.copyOf(atBegin),
                List.copyOf(possible),
                reasons,
                first == null ? List.of() : first.placed());
    }

    /** Where the window begins among the operations, by invocation. */
    private int quietPoint(List<Operation<I, O>> known, Operation<I, O> failed) {
        int begin = 0;
        long answered = Long.MIN_VALUE;
        for (int i = 0; i < known.size() && known.get(i).invokedAt() <= failed.invokedAt(); i++) {
            if (known.get(i).invokedAt() > answered) {
                begin = i;
            }
            answered = Math.max(answered, known.get(i).completedAt());
        }
        return begin;
    }

    /** One longest order, step by step. */
    private final class Replay {
        private final List<Operation<I, O>> order;
        private final List<S> states = new ArrayList<>();
        private final S atBegin;
        /** What came last of all that was answered before the failed operation began and changed the state. */
        private final @Nullable Operation<I, O> latestChange;
        /** What made the failed operation impossible that had been possible before, if it ever was. */
        private final @Nullable Operation<I, O> spoiler;

        Replay(String partition, List<Operation<I, O>> order, Operation<I, O> failed, long since) {
            this.order = order;
            S state = model.init(partition);
            states.add(state);
            S begin = state;
            Operation<I, O> change = null;
            Operation<I, O> spoils = null;
            boolean fitted = fits(state, failed);
            for (Operation<I, O> operation : order) {
                S next = after(state, operation);
                if (operation.completedAt() < since) {
                    begin = next;
                }
                boolean changed = !model.sameState(state, next);
                if (changed && operation.completedAt() < failed.invokedAt()) {
                    change = operation;
                }
                boolean fitsNow = changed ? fits(next, failed) : fitted;
                if (fitted && !fitsNow) {
                    spoils = operation;
                }
                fitted = fitsNow;
                state = next;
                states.add(state);
            }
            this.atBegin = begin;
            this.latestChange = change;
            this.spoiler = spoils;
        }

        private List<Explanation.Placed<I, O>> placed() {
            List<Explanation.Placed<I, O>> placed = new ArrayList<>();
            for (int i = Math.max(0, order.size() - Explanation.ORDER_MAX); i < order.size(); i++) {
                placed.add(new Explanation.Placed<>(
                        order.get(i),
                        brief(model.describeState(states.get(i))),
                        brief(model.describeState(states.get(i + 1)))));
            }
            return placed;
        }
    }

    private S after(S state, Operation<I, O> operation) {
        O output = operation.output();
        if (output == null) {
            return model.stepUnknown(state, operation.input(), Cancellation.NONE);
        }
        Step<S> step = model.step(state, operation.input(), output, Cancellation.NONE);
        return step instanceof Step.Legal<S> legal ? legal.next() : state;
    }

    private boolean fits(S state, Operation<I, O> failed) {
        O output = failed.output();
        return output != null && model.step(state, failed.input(), output, Cancellation.NONE) instanceof Step.Legal;
    }

    private String sentence(
            Operation<I, O> failed, @Nullable Replay replay, Set<String> possible, List<Operation<I, O>> open) {
        StringBuilder text = new StringBuilder(phrase(failed)).append(at(failed));
        Operation<I, O> before = replay == null ? null : replay.latestChange;
        if (before == null) {
            text.append(" cannot be explained");
        } else {
            text.append(" returned after ")
                    .append(phrase(before))
                    .append(place(before))
                    .append(" was acknowledged");
        }
        if (!possible.isEmpty()) {
            text.append("; possible then: ").append(String.join(" or ", possible));
            text.append(possible.size() == Result.Failure.LONGEST_MAX ? ", perhaps others" : "");
        }
        Operation<I, O> spoiler = replay == null ? null : replay.spoiler;
        if (spoiler != null && !spoiler.equals(before)) {
            text.append("; it was last possible before ")
                    .append(phrase(spoiler))
                    .append(place(spoiler));
        }
        if (open.size() == 1) {
            text.append("; the operation of unknown outcome")
                    .append(place(open.get(0)))
                    .append(" does not help");
        } else if (!open.isEmpty()) {
            text.append("; no choice among ").append(open.size()).append(" operations of unknown outcome helps");
        }
        return text.toString();
    }

    private String phrase(Operation<I, O> operation) {
        return brief(model.phrase(operation.input(), operation.output()));
    }

    private static String at(Operation<?, ?> operation) {
        return operation.line() == Operation.NO_LINE
                ? " of process " + operation.process()
                : " at line " + operation.line();
    }

    private static String place(Operation<?, ?> operation) {
        return operation.line() == Operation.NO_LINE
                ? " (process " + operation.process() + ")"
                : " (line " + operation.line() + ")";
    }

    private static String brief(String text) {
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX - 3) + "...";
    }
}
