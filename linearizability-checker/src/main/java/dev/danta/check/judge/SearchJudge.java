package dev.danta.check.judge;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.HistoryCheck;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.explain.Explainer;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.OperationCodec;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Judges by a search for an order that explains every answer.
 *
 * @param beginningWith the model that begins with another state, if whatever happened before leads to one state in whatever
 *     order; else null
 */
record SearchJudge<S, I, O>(
        HistoryHeader header,
        Model<S, I, O> model,
        OperationCodec<I, O> codec,
        @Nullable Function<S, Model<S, I, O>> beginningWith)
        implements Judge<I, O> {
    SearchJudge(HistoryHeader header, Model<S, I, O> model, OperationCodec<I, O> codec) {
        this(header, model, codec, null);
    }

    @Override
    public Judgement<I, O> judge(History<I, O> history, List<Operation<I, O>> aborted, CheckOptions options) {
        Result<I, O> result = HistoryCheck.check(model, history, options);
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

    @Override
    public Minimal<I, O> minimize(
            History<I, O> history, List<Operation<I, O>> aborted, Judgement<I, O> original, Duration budget) {
        if (!(original.result() instanceof Result.Invalid<I, O> invalid)) {
            throw new IllegalArgumentException("only what is wrong can be minimized");
        }
        return new SearchMinimizer<>(this, invalid.failures().get(0), budget).minimize(history);
    }
}
