package dev.danta.check.judge;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.history.FeedCodec;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.OperationCodec;
import dev.danta.check.txn.FeedCheck;
import dev.danta.check.txn.FeedInput;
import dev.danta.check.txn.FeedOutput;
import dev.danta.check.txn.TxnVerdict;
import java.time.Duration;
import java.util.List;

/** Judges whether a feed shows every change; nearly linear in the history, so without limits. */
record FeedJudge(HistoryHeader header) implements Judge<FeedInput, FeedOutput> {
    @Override
    public OperationCodec<FeedInput, FeedOutput> codec() {
        return new FeedCodec();
    }

    @Override
    public Judgement<FeedInput, FeedOutput> judge(
            History<FeedInput, FeedOutput> history,
            List<Operation<FeedInput, FeedOutput>> aborted,
            CheckOptions options) {
        TxnVerdict<FeedInput, FeedOutput> verdict = FeedCheck.check(history, aborted);
        return new Judgement<>(verdict.result(), null, verdict.anomalies());
    }

    @Override
    public Minimal<FeedInput, FeedOutput> minimize(
            History<FeedInput, FeedOutput> history,
            List<Operation<FeedInput, FeedOutput>> aborted,
            Judgement<FeedInput, FeedOutput> original,
            Duration budget) {
        return new FeedMinimizer(this, original, budget).minimize(history, aborted);
    }
}
