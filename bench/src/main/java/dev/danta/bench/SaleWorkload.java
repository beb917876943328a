package dev.danta.bench;

import java.util.List;
import java.util.SplittableRandom;

/**
 * One article that everybody wants: each operation takes one unit of the same record in a strict transaction.
 *
 * @param units the stock at first, positive; when it is gone, operations are declined
 */
public record SaleWorkload(long units) implements Workload {
    public SaleWorkload {
        if (units < 1) {
            throw new IllegalArgumentException("a sale needs something to sell: " + units);
        }
    }

    @Override
    public String name() {
        return "sale";
    }

    @Override
    public List<Operation.Fill> preparation() {
        return Fills.of(1, units, Operation.Mode.STRICT);
    }

    @Override
    public Operation next(SplittableRandom random) {
        return new Operation.Take(0, 1);
    }

    @Override
    public boolean isStrict() {
        return true;
    }

    @Override
    public Invariant invariant() {
        return new Invariant.TakenFrom(units);
    }
}
