package dev.danta.check.txn;

import java.util.List;

/** What a transaction was answered: one list for each of its reads, in their order. */
public record ListsRead(List<List<String>> lists) {
    public ListsRead {
        lists = List.copyOf(lists);
    }
}
