package dev.danta.cli.demo;

import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.check.model.BoundedCounterModel.Output;
import dev.danta.client.BoundedCounter;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Outcome;
import dev.danta.client.OutcomeUnknownException;
import dev.danta.client.Spend;
import dev.danta.client.SpendResult;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Spends one of a bounded counter: of what the client holds while there is plenty, strictly near the end. Keeps the history, as
 * {@link StrictTill} does.
 */
final class ReservedTill implements Till {
    private final BoundedCounter stock;
    private final Key article;
    private final Input input;
    private final HistoryRecorder.Client<Input, Output> recorder;

    ReservedTill(BoundedCounter stock, Key article, Input input, HistoryRecorder.Client<Input, Output> recorder) {
        this.stock = stock;
        this.article = article;
        this.input = input;
        this.recorder = recorder;
    }

    @Override
    public Purchase serve(SplittableRandom buyer, long giveUpAtNanos) {
        HistoryRecorder.Call<Output> call = recorder.invoke(input);
        boolean resolved = false;
        int attempts = 0;
        while (System.nanoTime() < giveUpAtNanos) {
            Duration left = Duration.ofNanos(Math.max(1, giveUpAtNanos - System.nanoTime()));
            attempts++;
            Output answer;
            try {
                answer = outputOf(stock.spend(article, 1, Spend.options().deadline(left)));
            } catch (OutcomeUnknownException unknown) {
                resolved = true;
                Outcome outcome = unknown.handle().resolve(left);
                if (outcome == Outcome.UNKNOWN) {
                    call.unknown();
                    return new Purchase(Purchase.Answer.NONE, attempts - 1, true, System.nanoTime());
                } else if (outcome == Outcome.NOT_APPLIED) {
                    continue;
                }
                answer = new Output.Accepted();
            } catch (DantaException failed) {
                if (!failed.retryable()) {
                    throw failed;
                }
                continue;
            }
            call.ok(answer);
            Purchase.Answer told =
                    answer instanceof Output.Accepted ? Purchase.Answer.BOUGHT : Purchase.Answer.SOLD_OUT;
            return new Purchase(told, attempts - 1, resolved, System.nanoTime());
        }
        call.fail();
        return new Purchase(Purchase.Answer.NONE, Math.max(0, attempts - 1), resolved, System.nanoTime());
    }

    private static Output outputOf(SpendResult result) {
        if (!result.isAccepted()) {
            return new Output.Limit();
        }
        return new Output.Accepted(result.path() == SpendResult.Path.STRICT ? Mode.STRICT : Mode.RESERVED);
    }
}
