package dev.danta.check.judge;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.history.ConvergenceCodec;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.OperationCodec;
import dev.danta.check.history.ValueKeyCodec;
import dev.danta.check.judge.JudgeSettings.KeyPlace;
import dev.danta.check.txn.ConvergenceCheck;
import dev.danta.check.txn.ReplicatedChange;
import dev.danta.check.txn.ReplicatedState;
import dev.danta.check.txn.TxnVerdict;
import java.time.Duration;
import java.util.List;

/** Judges whether replicas agree in the end; linear in the history, so without limits. */
record ConvergenceJudge(JudgeSettings settings) implements Judge<ReplicatedChange, ReplicatedState> {
    @Override
    public HistoryHeader header() {
        return settings.header(Subject.CONVERGENCE);
    }

    @Override
    public OperationCodec<ReplicatedChange, ReplicatedState> codec() {
        return settings.key() == KeyPlace.VALUE0 ? new ValueKeyCodec<>(new ConvergenceCodec()) : new ConvergenceCodec();
    }

    @Override
    public Judgement<ReplicatedChange, ReplicatedState> judge(
            History<ReplicatedChange, ReplicatedState> history,
            List<Operation<ReplicatedChange, ReplicatedState>> aborted,
            CheckOptions options) {
        TxnVerdict<ReplicatedChange, ReplicatedState> verdict =
                ConvergenceCheck.check(history, aborted, settings.initial());
        return new Judgement<>(verdict.result(), null, verdict.anomalies());
    }

    @Override
    public Minimal<ReplicatedChange, ReplicatedState> minimize(
            History<ReplicatedChange, ReplicatedState> history,
            List<Operation<ReplicatedChange, ReplicatedState>> aborted,
            Judgement<ReplicatedChange, ReplicatedState> original,
            Duration budget) {
        return new AnomalyMinimizer<>(this, original, budget).minimize(history, aborted);
    }
}
