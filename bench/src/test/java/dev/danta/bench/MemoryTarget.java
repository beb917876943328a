package dev.danta.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A table in memory: every operation under one lock, so perfectly strict unless told to lie. */
final class MemoryTarget implements Target {
    private final Map<Integer, Cell> table = new HashMap<>();
    private final Map<Integer, Cell> before = new HashMap<>();
    private final Lie lie;
    private final int every;
    private int asked;

    /** What it does wrong now and then. */
    enum Lie {
        /** Nothing. */
        NONE,
        /** It forgets the first write of an operation, and says that it was done. */
        LOSES_A_WRITE,
        /** It reads what was there before the last write of the first key. */
        READS_WHAT_IS_OLD,
        /** It does what was asked, and says that it certainly did not. */
        DENIES,
        /** It does what was asked or not, and says that it does not know. That is no lie. */
        DOES_NOT_KNOW,
        /** It has lost the first key altogether. */
        FINDS_NOTHING
    }

    MemoryTarget() {
        this(Lie.NONE, 1);
    }

    /** @param every how many operations of those in which it can lie it needs to do so once */
    MemoryTarget(Lie lie, int every) {
        this.lie = lie;
        this.every = every;
    }

    @Override
    public CompletionStage<Answer> submit(Operation operation, long tag) {
        return CompletableFuture.completedFuture(answer(operation, tag));
    }

    private synchronized Answer answer(Operation operation, long tag) {
        boolean isOccasion = lie == Lie.FINDS_NOTHING
                ? operation instanceof Operation.Sum
                : operation instanceof Operation.Transfer || operation instanceof Operation.Take;
        Lie now = isOccasion && ++asked % every == 0 ? lie : Lie.NONE;
        if (now == Lie.DOES_NOT_KNOW && asked % (2 * every) == 0) {
            return Answer.ended(Answer.Status.UNKNOWN, 1, "who knows");
        }
        Answer answer = answer(operation, tag, now);
        return switch (now) {
            case DENIES -> Answer.ended(Answer.Status.FAILED, 1, "not I");
            case DOES_NOT_KNOW -> Answer.ended(Answer.Status.UNKNOWN, 1, "who knows");
            case NONE, LOSES_A_WRITE, READS_WHAT_IS_OLD, FINDS_NOTHING -> answer;
        };
    }

    private Answer answer(Operation operation, long tag, Lie now) {
        List<Answer.Seen> seen = new ArrayList<>();
        long value = 0;
        if (operation instanceof Operation.Transfer transfer) {
            long payer = read(transfer.from(), seen, now);
            long payee = read(transfer.to(), seen, Lie.NONE);
            if (payer < transfer.amount()) {
                return answer(Answer.Status.DECLINED, 0, seen);
            }
            write(transfer.from(), payer - transfer.amount(), tag, now);
            write(transfer.to(), payee + transfer.amount(), tag, Lie.NONE);
        } else if (operation instanceof Operation.Take take) {
            long left = read(take.key(), seen, now);
            if (left < take.amount()) {
                return answer(Answer.Status.DECLINED, 0, seen);
            }
            write(take.key(), left - take.amount(), tag, now);
        } else if (operation instanceof Operation.Update update) {
            write(update.key(), read(update.key(), seen, now) + update.amount(), tag, now);
        } else if (operation instanceof Operation.Get get) {
            value = read(get.key(), seen, now);
        } else if (operation instanceof Operation.Put put) {
            write(put.key(), put.value(), tag, now);
        } else if (operation instanceof Operation.Fill fill) {
            for (int key = fill.first(); key <= fill.last(); key++) {
                write(key, fill.value(), tag, now);
            }
        } else if (operation instanceof Operation.Sum sum) {
            for (int key = sum.first(); key <= sum.last(); key++) {
                value += read(key, seen, key == sum.first() ? now : Lie.NONE);
            }
        }
        return answer(Answer.Status.DONE, value, seen);
    }

    private static Answer answer(Answer.Status status, long value, List<Answer.Seen> seen) {
        return new Answer(status, value, 1, Answer.Path.FAST, seen, "");
    }

    private long read(int key, List<Answer.Seen> seen, Lie now) {
        Cell cell = now == Lie.READS_WHAT_IS_OLD ? before.get(key) : table.get(key);
        if (cell == null || now == Lie.FINDS_NOTHING) {
            seen.add(new Answer.Seen(key, null));
            return 0;
        }
        seen.add(new Answer.Seen(key, cell.tag()));
        return cell.amount();
    }

    private void write(int key, long amount, long tag, Lie now) {
        if (now != Lie.LOSES_A_WRITE) {
            Cell old = table.put(key, new Cell(amount, tag));
            before.put(key, old == null ? new Cell(amount, tag) : old);
        }
    }

    @Override
    public SortedMap<String, Long> aborts() {
        return new TreeMap<>();
    }

    @Override
    public void close() {}
}
