package dev.danta.check.txn;

import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who was asked to append what: every append has a number, and its list, element and transaction are known by it. */
final class Appends {
    /** In place of a transaction, for one that was aborted. */
    static final int ABORTED = -1;

    private final Map<String, AppendedList> lists = new LinkedHashMap<>();
    private final List<AppendedList> listOf = new ArrayList<>();
    private final List<String> elements = new ArrayList<>();
    private final List<Operation<AppendTxn, ListsRead>> operations = new ArrayList<>();
    private int[] transaction = new int[1024];
    private int[] previous = new int[1024];
    private boolean[] intermediate = new boolean[1024];

    /** One list: its appends by element, and who has read it. */
    static final class AppendedList {
        private final String name;
        private final Map<String, Integer> appends = new LinkedHashMap<>();
        private final List<ListRead> reads = new ArrayList<>();

        private AppendedList(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        /** The numbers of its appends, in the order of the history. */
        Iterable<Integer> appends() {
            return appends.values();
        }

        /** The number of the append of {@code element}, or -1 if nobody was asked for it. */
        int append(String element) {
            return appends.getOrDefault(element, -1);
        }

        List<ListRead> reads() {
            return reads;
        }
    }

    /**
     * A read of a list.
     *
     * @param thenAppends whether the same transaction appends to the list afterwards, and had not before
     */
    record ListRead(int transaction, List<String> list, boolean thenAppends) {}

    /** The list called {@code name}. */
    AppendedList list(String name) {
        return lists.computeIfAbsent(name, AppendedList::new);
    }

    /** All lists, in the order of the history. */
    Iterable<AppendedList> lists() {
        return lists.values();
    }

    /**
     * Takes the appends of one transaction.
     *
     * @throws MalformedHistoryException if one of them was asked for before
     */
    void add(Operation<AppendTxn, ListsRead> operation, int number) {
        Map<String, Integer> latest = new LinkedHashMap<>();
        for (AppendTxn.Step step : operation.input().steps()) {
            if (!(step instanceof AppendTxn.Step.Append append)) {
                continue;
            }
            AppendedList list = list(append.key());
            int id = elements.size();
            if (list.appends.putIfAbsent(append.element(), id) != null) {
                throw new MalformedHistoryException(
                        operation.invokedLine(),
                        "process " + operation.process() + " appends " + append.element() + " to " + append.key()
                                + ", which was appended before: reads would not tell one from the other");
            }
            if (id == transaction.length) {
                transaction = Arrays.copyOf(transaction, 2 * id);
                previous = Arrays.copyOf(previous, 2 * id);
                intermediate = Arrays.copyOf(intermediate, 2 * id);
            }
            listOf.add(list);
            elements.add(append.element());
            operations.add(operation);
            transaction[id] = number;
            Integer before = latest.put(append.key(), id);
            previous[id] = before == null ? -1 : before;
            if (before != null) {
                intermediate[before] = true;
            }
        }
    }

    int count() {
        return elements.size();
    }

    AppendedList listOf(int append) {
        return listOf.get(append);
    }

    String element(int append) {
        return elements.get(append);
    }

    Operation<AppendTxn, ListsRead> operation(int append) {
        return operations.get(append);
    }

    /** The number of the transaction that was asked for it, or {@link #ABORTED}. */
    int transaction(int append) {
        return transaction[append];
    }

    /** What its transaction appended to the same list just before, or -1. */
    int previous(int append) {
        return previous[append];
    }

    /** Whether its transaction appends to the same list again. */
    boolean isIntermediate(int append) {
        return intermediate[append];
    }
}
