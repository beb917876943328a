package dev.danta.bench;

import java.util.ArrayList;
import java.util.List;

/** Cuts the filling of a table into transactions of a size that replicas take. */
final class Fills {
    /** Keys written by one transaction. */
    static final int BATCH_KEYS = 500;

    private Fills() {}

    static List<Operation.Fill> of(int keys, long value, Operation.Mode mode) {
        List<Operation.Fill> fills = new ArrayList<>();
        for (int first = 0; first < keys; first += BATCH_KEYS) {
            fills.add(new Operation.Fill(first, Math.min(keys, first + BATCH_KEYS) - 1, value, mode));
        }
        return fills;
    }
}
