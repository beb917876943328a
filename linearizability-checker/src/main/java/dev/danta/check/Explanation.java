package dev.danta.check;

import java.util.List;

/** Why a partition has no linearization, in words: the same whichever engine found out. */
final class Explanation {
    private Explanation() {}

    /**
     * The end of one way to explain everything completed before the operation that failed.
     *
     * @param state where {@code order} leads to
     */
    static <S, I, O> Result.PartialLinearization<I, O> partial(
            Model<S, I, O> model, S state, List<Operation<I, O>> order, Operation<I, O> failed) {
        Step<S> step = model.step(state, failed.input(), failed.answer(), Cancellation.NONE);
        if (!(step instanceof Step.Illegal<S> illegal)) {
            throw new IllegalStateException("model " + model.name() + " answers the same step differently: "
                    + model.describe(failed.input(), failed.output()));
        }
        return new Result.PartialLinearization<>(
                order, model.describeState(state), illegal.reason().get());
    }

    static <I, O> Result.Failure<I, O> failure(
            Model<?, I, O> model,
            String partition,
            Operation<I, O> failed,
            List<Result.PartialLinearization<I, O>> longest) {
        StringBuilder text = new StringBuilder();
        if (failed.line() != Operation.NO_LINE) {
            text.append("at line ").append(failed.line()).append(": ");
        }
        text.append("process ").append(failed.process()).append(' ');
        text.append(model.describe(failed.input(), failed.output()));
        if (!partition.equals(Model.WHOLE)) {
            text.append(" (partition ").append(partition).append(')');
        }
        text.append(" cannot be linearized: ");
        for (int i = 0; i < longest.size(); i++) {
            text.append(i == 0 ? "" : "; or ").append(longest.get(i).reason());
        }
        return new Result.Failure<>(partition, failed, longest, text.toString());
    }
}
