package dev.danta.check.judge;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.ListAppendCodec;
import dev.danta.check.history.OperationCodec;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.ListAppendCheck;
import dev.danta.check.txn.ListsRead;
import dev.danta.check.txn.TxnVerdict;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges transactions over lists by their cycles; linear in the history, so without limits. */
record ListAppendJudge(HistoryHeader header, Consistency level) implements Judge<AppendTxn, ListsRead> {
    @Override
    public OperationCodec<AppendTxn, ListsRead> codec() {
        return new ListAppendCodec();
    }

    @Override
    public Judgement<AppendTxn, ListsRead> judge(
            History<AppendTxn, ListsRead> history,
            List<Operation<AppendTxn, ListsRead>> aborted,
            CheckOptions options) {
        TxnVerdict<AppendTxn, ListsRead> verdict = ListAppendCheck.check(history, aborted, level);
        return new Judgement<>(verdict.result(), null, verdict.anomalies());
    }

    @Override
    public String describe(AppendTxn input, @Nullable ListsRead output) {
        return input.describe(output);
    }

    @Override
    public Minimal<AppendTxn, ListsRead> minimize(
            History<AppendTxn, ListsRead> history,
            List<Operation<AppendTxn, ListsRead>> aborted,
            Judgement<AppendTxn, ListsRead> original,
            Duration budget) {
        return new ListAppendMinimizer(this, original, budget).minimize(history, aborted);
    }
}
