package dev.danta.check.judge;

import dev.danta.check.CheckOptions;
import dev.danta.check.Checker;
import dev.danta.check.History;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.explain.Explainer;
import dev.danta.check.history.OperationCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges by a search for an order that explains every answer. */
record SearchJudge<S, I, O>(Subject subject, Model<S, I, O> model, OperationCodec<I, O> codec) implements Judge<I, O> {

    @Override
    public Judgement<I, O> judge(History<I, O> history, List<Operation<I, O>> aborted, CheckOptions options) {
        Result<I, O> result = Checker.check(model, history, options);
        return new Judgement<>(
                result,
                result instanceof Result.Invalid<I, O> invalid
                        ? new Explainer<>(model, history)
                                .explain(invalid.failures().get(0))
                        : null,
                List.of());
    }

    @Override
    public String describe(I input, @Nullable O output) {
        return model.describe(input, output);
    }

    @Override
    public String partitionOf(I input) {
        return model.partitionOf(input);
    }

    /**
     * Wrong in time, and right if only time did not matter: unless the whole history was wrong even so. Otherwise whoever
     * leaves out a write would find that its read is wrong, which says nothing of the history.
     */
    @Override
    public boolean failsLike(
            Judgement<I, O> original, History<I, O> part, List<Operation<I, O>> aborted, CheckOptions options) {
        return Checker.check(model, part, options) instanceof Result.Invalid
                && Checker.check(model, withoutTime(part), options).isValid();
    }

    private static <I, O> History<I, O> withoutTime(History<I, O> history) {
        List<Operation<I, O>> free = new ArrayList<>(history.size());
        long process = 0;
        for (Operation<I, O> operation : history.operations()) {
            O output = operation.output();
            free.add(
                    output == null
                            ? Operation.unknown(process, operation.input(), 0)
                            : Operation.known(process, operation.input(), output, 0, 1));
            process++;
        }
        return History.of(free);
    }
}
