package dev.danta.check.judge;

import dev.danta.check.BankCheck;
import dev.danta.check.BankCheck.Input;
import dev.danta.check.BankCheck.Output;
import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.history.BankCodec;
import dev.danta.check.history.OperationCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges every read of a bank by itself; linear in the history, so without limits. */
record BankJudge(long total) implements Judge<Input, Output> {
    @Override
    public Subject subject() {
        return Subject.BANK;
    }

    @Override
    public OperationCodec<Input, Output> codec() {
        return new BankCodec();
    }

    @Override
    public Judgement<Input, Output> judge(
            History<Input, Output> history, List<Operation<Input, Output>> aborted, CheckOptions options) {
        return new Judgement<>(BankCheck.check(history, total), null, List.of());
    }

    @Override
    public String describe(Input input, @Nullable Output output) {
        return input + " -> " + (output == null ? "unknown" : output);
    }

    @Override
    public String partitionOf(Input input) {
        return Model.WHOLE;
    }

    @Override
    public boolean failsLike(
            Judgement<Input, Output> original,
            History<Input, Output> part,
            List<Operation<Input, Output>> aborted,
            CheckOptions options) {
        return BankCheck.check(part, total) instanceof Result.Invalid;
    }
}
