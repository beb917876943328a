package dev.danta.cli.demo;

import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Outcome;
import dev.danta.client.Table;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * The wrong way: reads the stock and writes it back less one, and nobody notices that another till did the same
 * meanwhile.
 */
final class RelaxedTill implements Till {
    /** How long a buyer takes to confirm, at most. */
    private static final long CONFIRM_NANOS_MAX = 2_000_000;

    private final Table<Long> stock;
    private final Key article;

    RelaxedTill(Table<Long> stock, Key article) {
        this.stock = stock;
        this.article = article;
    }

    @Override
    public Purchase serve(SplittableRandom buyer, long giveUpAtNanos) {
        for (int attempt = 0; System.nanoTime() < giveUpAtNanos; attempt++) {
            try {
                long seen = stock.get(article).orElse(0L);
                if (seen <= 0) {
                    return new Purchase(Purchase.Answer.SOLD_OUT, attempt, false, System.nanoTime());
                }
                LockSupport.parkNanos(buyer.nextLong(CONFIRM_NANOS_MAX));
                stock.put(article, seen - 1);
                return new Purchase(Purchase.Answer.BOUGHT, attempt, false, System.nanoTime());
            } catch (DantaException failed) {
                if (!failed.retryable() && failed.outcome() != Outcome.UNKNOWN) {
                    throw failed;
                }
            }
        }
        return new Purchase(Purchase.Answer.NONE, 0, false, System.nanoTime());
    }
}
