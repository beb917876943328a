package dev.danta.bench;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A bank: most operations move a small amount between two accounts drawn uniformly, in one strict transaction; the others
 * read some accounts in one. Money is neither made nor lost.
 *
 * @param accounts at least 2
 * @param readPercent share of operations that read {@link #READ_ACCOUNTS} accounts, or all if there are fewer
 */
public record TransferWorkload(int accounts, int readPercent) implements Workload {
    /** How many accounts one operation reads. */
    public static final int READ_ACCOUNTS = 8;

    /** What every account has at first. */
    public static final long BALANCE = 1_000;

    private static final int AMOUNT_MAX = 10;

    public TransferWorkload {
        if (accounts < 2) {
            throw new IllegalArgumentException("a transfer needs at least 2 accounts: " + accounts);
        }
        if (readPercent < 0 || readPercent > 100) {
            throw new IllegalArgumentException("the share of reads is a percentage: " + readPercent);
        }
    }

    @Override
    public String name() {
        return "transfer";
    }

    @Override
    public List<Operation.Fill> preparation() {
        return Fills.of(accounts, BALANCE, Operation.Mode.STRICT);
    }

    @Override
    public Operation next(SplittableRandom random) {
        if (readPercent > 0 && random.nextInt(100) < readPercent) {
            int many = Math.min(READ_ACCOUNTS, accounts);
            int first = random.nextInt(accounts - many + 1);
            return new Operation.Sum(first, first + many - 1);
        }
        int from = random.nextInt(accounts);
        int to = random.nextInt(accounts - 1);
        return new Operation.Transfer(from, to >= from ? to + 1 : to, 1 + random.nextInt(AMOUNT_MAX));
    }

    @Override
    public boolean isStrict() {
        return true;
    }

    @Override
    public Invariant invariant() {
        return new Invariant.SumIs(accounts - 1, accounts * BALANCE);
    }
}
