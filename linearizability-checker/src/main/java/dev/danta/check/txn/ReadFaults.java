package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is wrong with a read by itself, or with two reads of one list: everything but cycles. */
final class ReadFaults {
    private final List<Operation<AppendTxn, ListsRead>> history;
    private final Appends appends;
    private final Faults<AppendTxn, ListsRead> found;

    ReadFaults(List<Operation<AppendTxn, ListsRead>> history, Appends appends) {
        this.history = history;
        this.appends = appends;
        this.found = new Faults<>(new AppendWords(appends));
    }

    /** All that were found. */
    Faults<AppendTxn, ListsRead> found() {
        return found;
    }

    private void add(Anomaly.Kind kind, List<Operation<AppendTxn, ListsRead>> transactions, String reason) {
        found.add(kind, transactions, reason);
    }

    /** What a transaction knows of a list while it runs. */
    private static final class Known {
        private boolean wasRead;
        private final List<String> list = new ArrayList<>();
    }

    /** Takes the answer of one transaction: looks at it alone, and hands its reads to their lists. */
    void take(int number, AppendTxn asked, ListsRead answer) {
        Map<String, Known> known = new LinkedHashMap<>();
        int read = 0;
        for (int i = 0; i < asked.steps().size(); i++) {
            AppendTxn.Step step = asked.steps().get(i);
            Known so = known.computeIfAbsent(step.key(), k -> new Known());
            if (step instanceof AppendTxn.Step.Append append) {
                so.list.add(append.element());
                continue;
            }
            List<String> list = answer.lists().get(read++);
            boolean readBefore = so.wasRead;
            if (!isAsExpected(so, list)) {
                add(
                        Anomaly.Kind.INTERNAL,
                        List.of(history.get(number)),
                        "T1 read " + step.key() + " as " + AppendWords.list(list) + " where it should have seen "
                                + (readBefore ? "" : "... and then ") + AppendWords.list(so.list));
            }
            boolean appendsLater = appendsLater(number, asked, i, list);
            boolean first = !readBefore && so.list.isEmpty();
            appends.list(step.key()).reads().add(new Appends.ListRead(number, list, first && appendsLater));
            so.wasRead = true;
            so.list.clear();
            so.list.addAll(list);
        }
    }

    private static boolean isAsExpected(Known known, List<String> list) {
        if (known.wasRead) {
            return list.equals(known.list);
        }
        int own = known.list.size();
        return list.size() >= own
                && list.subList(list.size() - own, list.size()).equals(known.list);
    }

    /** Whether the transaction appends to the list that it has read in step {@code at}; what it appends cannot be there yet. */
    private boolean appendsLater(int number, AppendTxn asked, int at, List<String> list) {
        String key = asked.steps().get(at).key();
        boolean later = false;
        for (int i = at + 1; i < asked.steps().size(); i++) {
            if (asked.steps().get(i) instanceof AppendTxn.Step.Append append
                    && append.key().equals(key)) {
                later = true;
                if (list.contains(append.element())) {
                    add(
                            Anomaly.Kind.FUTURE_READ,
                            List.of(history.get(number)),
                            "T1 read " + append.element() + " in " + key + " before it appended it");
                }
            }
        }
        return later;
    }

    /** Looks at all reads of each list together. */
    void compare() {
        for (Appends.AppendedList list : appends.lists()) {
            List<String> longest = VersionOrders.longest(list);
            judge(list, longest, longest);
            judgeOrder(list, longest);
            Map<Integer, Integer> updaters = new LinkedHashMap<>();
            Appends.ListRead longestRead = null;
            for (Appends.ListRead read : list.reads()) {
                longestRead = longestRead == null && read.list() == longest ? read : longestRead;
            }
            for (Appends.ListRead read : list.reads()) {
                List<String> seen = read.list();
                boolean fits = seen.equals(longest.subList(0, seen.size()));
                if (!fits && longestRead != null) {
                    judge(list, seen, longest);
                    add(
                            Anomaly.Kind.INCOMPATIBLE_ORDER,
                            read.transaction() == longestRead.transaction()
                                    ? List.of(history.get(read.transaction()))
                                    : List.of(history.get(read.transaction()), history.get(longestRead.transaction())),
                            "T1 read " + list.name() + " as " + AppendWords.list(seen) + ", which is no beginning of "
                                    + AppendWords.list(longest)
                                    + (read.transaction() == longestRead.transaction()
                                            ? ", as it did too"
                                            : ", as T2 did"));
                }
                judgeEnd(list, read);
                if (fits && read.thenAppends()) {
                    Integer other = updaters.putIfAbsent(seen.size(), read.transaction());
                    if (other != null && other != read.transaction()) {
                        add(
                                Anomaly.Kind.LOST_UPDATE,
                                List.of(history.get(other), history.get(read.transaction())),
                                "T1 and T2 both read " + list.name() + " as " + AppendWords.list(seen)
                                        + ", and both appended to it");
                    }
                }
            }
        }
    }

    /** The elements of one read: each appended by somebody, who was not aborted, and only once there. */
    private void judge(Appends.AppendedList list, List<String> seen, List<String> longest) {
        Set<String> before = new LinkedHashSet<>();
        for (int i = 0; i < seen.size(); i++) {
            String element = seen.get(i);
            int append = list.append(element);
            if (!before.add(element)) {
                int reader = firstToSee(list, seen, longest, i);
                add(
                        Anomaly.Kind.DUPLICATE_ELEMENTS,
                        List.of(history.get(reader)),
                        "T1 read " + element + " twice in " + list.name() + ": " + AppendWords.list(seen));
            }
            if (append < 0) {
                int reader = firstToSee(list, seen, longest, i);
                add(
                        Anomaly.Kind.GARBAGE_READ,
                        List.of(history.get(reader)),
                        "T1 read " + element + " in " + list.name() + ", which nobody was asked to append");
            } else if (appends.transaction(append) == Appends.ABORTED) {
                int reader = firstToSee(list, seen, longest, i);
                add(
                        Anomaly.Kind.G1A,
                        List.of(history.get(reader), appends.operation(append)),
                        "T1 read " + element + " in " + list.name() + ", which T2 appended, and T2 was aborted");
            }
        }
    }

    /** Of the appends of one transaction to a list each comes after the one before. */
    private void judgeOrder(Appends.AppendedList list, List<String> longest) {
        Set<Integer> before = new LinkedHashSet<>();
        for (int i = 0; i < longest.size(); i++) {
            int append = list.append(longest.get(i));
            if (append < 0) {
                continue;
            }
            int previous = appends.previous(append);
            if (previous >= 0 && !before.contains(previous)) {
                int reader = firstToSee(list, longest, longest, i);
                add(
                        Anomaly.Kind.INCOMPATIBLE_ORDER,
                        List.of(history.get(reader), appends.operation(append)),
                        "T1 read " + list.name() + " as " + AppendWords.list(longest) + ", but before " + longest.get(i)
                                + " T2 appended " + appends.element(previous));
            }
            before.add(append);
        }
    }

    /** Who was answered first among those who have read this list up to position {@code at} or further. */
    private int firstToSee(Appends.AppendedList list, List<String> seen, List<String> longest, int at) {
        int first = -1;
        for (Appends.ListRead read : list.reads()) {
            boolean sees = seen == longest
                    ? read.list().size() > at && read.list().get(at).equals(longest.get(at))
                    : read.list() == seen;
            if (sees
                    && (first < 0
                            || history.get(read.transaction()).completedAt()
                                    < history.get(first).completedAt())) {
                first = read.transaction();
            }
        }
        return first;
    }

    private void judgeEnd(Appends.AppendedList list, Appends.ListRead read) {
        if (read.list().isEmpty()) {
            return;
        }
        String latest = read.list().get(read.list().size() - 1);
        int append = list.append(latest);
        if (append >= 0
                && appends.isIntermediate(append)
                && appends.transaction(append) >= 0
                && appends.transaction(append) != read.transaction()) {
            add(
                    Anomaly.Kind.G1B,
                    List.of(history.get(read.transaction()), appends.operation(append)),
                    "T1 read " + list.name() + " up to " + latest + ", but T2 appended more than that at once");
        }
    }
}
