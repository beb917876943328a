package dev.danta.check.judge;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.OperationCodec;
import dev.danta.check.history.RegisterTxnCodec;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.txn.LongForkCheck;
import dev.danta.check.txn.RegisterCheck;
import dev.danta.check.txn.RegisterTxn;
import dev.danta.check.txn.RegistersSeen;
import dev.danta.check.txn.TxnVerdict;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges transactions over registers by their cycles; linear in the history, so without limits.
 *
 * @param longFork whether every register is written once, and what is looked for is that changes are seen in different orders
 */
record RegisterJudge(JudgeSettings settings, boolean longFork) implements Judge<RegisterTxn, RegistersSeen> {
    @Override
    public HistoryHeader header() {
        return settings.header(longFork ? Subject.LONG_FORK : Subject.TXN_REGISTER);
    }

    @Override
    public OperationCodec<RegisterTxn, RegistersSeen> codec() {
        return longFork ? RegisterTxnCodec.longFork() : RegisterTxnCodec.txns();
    }

    @Override
    public Judgement<RegisterTxn, RegistersSeen> judge(
            History<RegisterTxn, RegistersSeen> history,
            List<Operation<RegisterTxn, RegistersSeen>> aborted,
            CheckOptions options) {
        TxnVerdict<RegisterTxn, RegistersSeen> verdict = longFork
                ? LongForkCheck.check(history, aborted, settings.initial())
                : RegisterCheck.check(
                        history,
                        aborted,
                        settings.initial(),
                        settings.nilRead() == RegisterModel.NilRead.WILDCARD,
                        settings.consistency());
        return new Judgement<>(verdict.result(), null, verdict.anomalies());
    }

    @Override
    public String describe(RegisterTxn input, @Nullable RegistersSeen output) {
        return input.describe(output);
    }

    @Override
    public String partitionOf(RegisterTxn input) {
        return Model.WHOLE;
    }

    @Override
    public Minimal<RegisterTxn, RegistersSeen> minimize(
            History<RegisterTxn, RegistersSeen> history,
            List<Operation<RegisterTxn, RegistersSeen>> aborted,
            Judgement<RegisterTxn, RegistersSeen> original,
            Duration budget) {
        return new RegisterMinimizer(this, original, budget).minimize(history, aborted);
    }
}
