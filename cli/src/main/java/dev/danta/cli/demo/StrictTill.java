package dev.danta.cli.demo;

import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.check.model.BoundedCounterModel.Output;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Outcome;
import dev.danta.client.OutcomeUnknownException;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import dev.danta.client.TxOptions;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Reads the stock and writes it back less one in one transaction, so that of two tills which saw the same stock only one
 * sells. Keeps the history: a call begins before the first attempt and ends when the buyer has the answer.
 */
final class StrictTill implements Till {
    /** One call of the client; longer ones only hide that the cluster is stuck. */
    private static final Duration CALL_MAX = Duration.ofSeconds(10);

    private final Space space;
    private final Table<Long> stock;
    private final Key article;
    private final Input input;
    private final HistoryRecorder.Client<Input, Output> recorder;
    private boolean seenSoldOut;

    StrictTill(
            Space space, Table<Long> stock, Key article, Input input, HistoryRecorder.Client<Input, Output> recorder) {
        this.space = space;
        this.stock = stock;
        this.article = article;
        this.input = input;
        this.recorder = recorder;
    }

    /** What one call has come to, over all its attempts. */
    private static final class Sale {
        private boolean sells;
        private int attemptsOfThisRun;
        private int attempts;
        private boolean resolved;
        private Outcome outcome = Outcome.NOT_APPLIED;

        Purchase.Answer answer() {
            if (outcome != Outcome.APPLIED) {
                return Purchase.Answer.NONE;
            }
            return sells ? Purchase.Answer.BOUGHT : Purchase.Answer.SOLD_OUT;
        }

        Purchase purchase() {
            return new Purchase(answer(), Math.max(0, attempts - 1), resolved, System.nanoTime());
        }
    }

    @Override
    public Purchase serve(SplittableRandom buyer, long giveUpAtNanos) {
        HistoryRecorder.Call<Output> call = recorder.invoke(input);
        Sale sale = new Sale();
        while (sale.outcome == Outcome.NOT_APPLIED && System.nanoTime() < giveUpAtNanos) {
            attempt(sale, giveUpAtNanos);
            sale.attempts += sale.attemptsOfThisRun;
        }
        switch (sale.outcome) {
            case APPLIED -> call.ok(sale.sells ? new Output.Accepted(Mode.STRICT) : new Output.Limit());
            case NOT_APPLIED -> call.fail();
            case UNKNOWN -> call.unknown();
        }
        seenSoldOut = sale.answer() == Purchase.Answer.SOLD_OUT;
        return sale.purchase();
    }

    private void attempt(Sale sale, long giveUpAtNanos) {
        TxOptions options = Tx.options().deadline(remaining(giveUpAtNanos));
        sale.attemptsOfThisRun = 0;
        try {
            // Who expects to be refused only reads: that is as strict, and is in nobody's way.
            if (seenSoldOut && readsNothing(options, sale)) {
                sale.sells = false;
            } else {
                space.execute(options, tx -> sell(tx, sale));
            }
            sale.outcome = Outcome.APPLIED;
        } catch (OutcomeUnknownException unknown) {
            sale.resolved = true;
            resolve(sale, unknown, giveUpAtNanos);
        } catch (DantaException failed) {
            if (!failed.retryable()) {
                throw failed;
            }
            sale.outcome = Outcome.NOT_APPLIED;
        }
    }

    private boolean readsNothing(TxOptions options, Sale sale) {
        try {
            return space.read(options, tx -> left(tx, sale)) == 0;
        } catch (OutcomeUnknownException lost) {
            // A read leaves nothing behind to be unsure of: the transaction that follows reads again.
            return false;
        }
    }

    private long left(Tx tx, Sale sale) {
        sale.attemptsOfThisRun = tx.attempt();
        return tx.get(stock, article).orElse(0L);
    }

    private void sell(Tx tx, Sale sale) {
        long left = left(tx, sale);
        sale.sells = left > 0;
        if (sale.sells) {
            tx.put(stock, article, left - 1);
        }
    }

    /** Whoever lost an answer asks for it, and does not just try again: that could sell two units to one buyer. */
    private static void resolve(Sale sale, OutcomeUnknownException unknown, long giveUpAtNanos) {
        sale.outcome = Outcome.UNKNOWN;
        while (sale.outcome == Outcome.UNKNOWN && System.nanoTime() < giveUpAtNanos) {
            sale.outcome = unknown.handle().resolve(remaining(giveUpAtNanos));
        }
    }

    private static Duration remaining(long giveUpAtNanos) {
        long nanos = Math.max(1, giveUpAtNanos - System.nanoTime());
        return nanos < CALL_MAX.toNanos() ? Duration.ofNanos(nanos) : CALL_MAX;
    }
}
