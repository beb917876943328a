package dev.danta.check.judge;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.OperationCodec;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import dev.danta.check.txn.SessionsCheck;
import dev.danta.check.txn.TxnVerdict;
import java.time.Duration;
import java.util.List;

/** Judges what each client of a table sees by itself; linear in the history, so without limits. */
record SessionsJudge(HistoryHeader header, OperationCodec<Input, Output> codec) implements Judge<Input, Output> {
    @Override
    public Judgement<Input, Output> judge(
            History<Input, Output> history, List<Operation<Input, Output>> aborted, CheckOptions options) {
        TxnVerdict<Input, Output> verdict = SessionsCheck.check(history);
        return new Judgement<>(verdict.result(), null, verdict.anomalies());
    }

    /** Two operations of one client are all that can be wrong. */
    @Override
    public Minimal<Input, Output> minimize(
            History<Input, Output> history,
            List<Operation<Input, Output>> aborted,
            Judgement<Input, Output> original,
            Duration budget) {
        if (original.anomalies().isEmpty()) {
            throw new IllegalArgumentException("only what is wrong can be minimized");
        }
        History<Input, Output> both = History.of(original.anomalies().get(0).transactions());
        return new Minimal<>(both, List.of(), null, judge(both, List.of(), CheckOptions.defaults()), 1, true);
    }
}
