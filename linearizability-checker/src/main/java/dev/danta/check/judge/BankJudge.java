package dev.danta.check.judge;

import dev.danta.check.BankCheck;
import dev.danta.check.BankCheck.Input;
import dev.danta.check.BankCheck.Output;
import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.history.BankCodec;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.OperationCodec;
import java.time.Duration;
import java.util.List;

/** Judges every read of a bank by itself; linear in the history, so without limits. */
record BankJudge(HistoryHeader header, long total) implements Judge<Input, Output> {
    @Override
    public OperationCodec<Input, Output> codec() {
        return new BankCodec();
    }

    @Override
    public Judgement<Input, Output> judge(
            History<Input, Output> history, List<Operation<Input, Output>> aborted, CheckOptions options) {
        return new Judgement<>(BankCheck.check(history, total), null, List.of());
    }

    /** Every read is judged by itself, so the first that is wrong is all. */
    @Override
    public Minimal<Input, Output> minimize(
            History<Input, Output> history,
            List<Operation<Input, Output>> aborted,
            Judgement<Input, Output> original,
            Duration budget) {
        if (!(original.result() instanceof Result.Invalid<Input, Output> invalid)) {
            throw new IllegalArgumentException("only what is wrong can be minimized");
        }
        History<Input, Output> read = History.of(List.of(invalid.operation()));
        return new Minimal<>(
                read, List.of(), null, new Judgement<>(BankCheck.check(read, total), null, List.of()), 1, true);
    }
}
