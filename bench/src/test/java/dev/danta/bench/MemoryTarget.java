package dev.danta.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A table in memory: every operation under one lock, so perfectly strict unless told to lose something. */
final class MemoryTarget implements Target {
    private final Map<Integer, Long> table = new HashMap<>();
    private final int loseEvery;
    private int written;

    MemoryTarget() {
        this(0);
    }

    /** @param loseEvery of so many transfers and takes one forgets its first write; 0 for none */
    MemoryTarget(int loseEvery) {
        this.loseEvery = loseEvery;
    }

    @Override
    public CompletionStage<Answer> submit(Operation operation) {
        return CompletableFuture.completedFuture(answer(operation));
    }

    private synchronized Answer answer(Operation operation) {
        if (operation instanceof Operation.Transfer transfer) {
            if (value(transfer.from()) < transfer.amount()) {
                return Answer.declined(Answer.Path.FAST);
            }
            spend(transfer.from(), transfer.amount());
            table.merge(transfer.to(), transfer.amount(), Long::sum);
        } else if (operation instanceof Operation.Take take) {
            if (value(take.key()) < take.amount()) {
                return Answer.declined(Answer.Path.FAST);
            }
            spend(take.key(), take.amount());
        } else if (operation instanceof Operation.Update update) {
            table.merge(update.key(), update.amount(), Long::sum);
        } else if (operation instanceof Operation.Get get) {
            return Answer.done(value(get.key()), Answer.Path.FAST);
        } else if (operation instanceof Operation.Put put) {
            table.put(put.key(), put.value());
        } else if (operation instanceof Operation.Fill fill) {
            for (int key = fill.first(); key <= fill.last(); key++) {
                table.put(key, fill.value());
            }
        } else if (operation instanceof Operation.Sum sum) {
            long total = 0;
            for (int key = sum.first(); key <= sum.last(); key++) {
                total += value(key);
            }
            return Answer.done(total, Answer.Path.FAST);
        }
        return Answer.done(0, Answer.Path.FAST);
    }

    private void spend(int key, long amount) {
        written++;
        if (loseEvery == 0 || written % loseEvery != 0) {
            table.merge(key, -amount, Long::sum);
        }
    }

    private long value(int key) {
        return table.getOrDefault(key, 0L);
    }

    @Override
    public SortedMap<String, Long> aborts() {
        return new TreeMap<>();
    }

    @Override
    public void close() {}
}
