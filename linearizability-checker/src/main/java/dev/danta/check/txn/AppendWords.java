package dev.danta.check.txn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Transactions over lists in words. */
final class AppendWords extends TxnWords<AppendTxn, ListsRead> {
    /** Of a list, so many elements at its end are shown. */
    private static final int ELEMENTS_MAX = 12;

    private final Appends appends;

    AppendWords(Appends appends) {
        this.appends = appends;
    }

    static String list(List<String> list) {
        if (list.size() <= ELEMENTS_MAX) {
            return list.toString();
        }
        List<String> end = list.subList(list.size() - ELEMENTS_MAX, list.size());
        return "[" + (list.size() - ELEMENTS_MAX) + " more, " + String.join(", ", end) + "]";
    }

    @Override
    String describe(AppendTxn input, @Nullable ListsRead output) {
        return input.describe(output);
    }

    @Override
    String sentence(Cycle.Step step, String from, String to) {
        String element = appends.element(step.cause());
        String list = appends.listOf(step.cause()).name();
        if (step.kind() == DependencyGraph.WR) {
            return to + " read " + element + " in " + list + ", which " + from + " appended";
        }
        if (step.kind() == DependencyGraph.RW) {
            return from + " read " + list + " without " + element + ", which " + to + " appended";
        }
        return to + " appended " + element + " to " + list + " after what " + from + " had appended";
    }
}
