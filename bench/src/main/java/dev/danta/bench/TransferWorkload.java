package dev.danta.bench;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A bank: each operation moves a small amount between two accounts drawn uniformly, in one strict transaction. Money is
 * neither made nor lost.
 *
 * @param accounts at least 2
 */
public record TransferWorkload(int accounts) implements Workload {
    /** What every account has at first. */
    public static final long BALANCE = 1_000;

    private static final int AMOUNT_MAX = 10;

    public TransferWorkload {
        if (accounts < 2) {
            throw new IllegalArgumentException("a transfer needs at least 2 accounts: " + accounts);
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
        int from = random.nextInt(accounts);
        int to = random.nextInt(accounts - 1);
        return new Operation.Transfer(from, to >= from ? to + 1 : to, 1 + random.nextInt(AMOUNT_MAX));
    }

    @Override
    public Invariant invariant() {
        return new Invariant.SumIs(accounts - 1, accounts * BALANCE);
    }
}
