package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws the edges between transactions, linear in number: of ww, wr and rw one for each append or read, of rt a few for each
 * transaction.
 *
 * <p>An append that nobody has read comes after everything that was read of its list, if its transaction happened: lists
 * only grow. Nobody knows how such appends follow each other.
 */
final class Dependencies {
    private final Appends appends;
    private final VersionOrders orders;
    private final boolean[] happened;
    private final DependencyGraph.Builder graph;

    private Dependencies(Appends appends, VersionOrders orders, boolean[] happened) {
        this.appends = appends;
        this.orders = orders;
        this.happened = happened;
        this.graph = new DependencyGraph.Builder(happened.length, happened.length);
    }

    /** The edges of a history; real-time ones only if asked for. */
    static DependencyGraph of(
            List<Operation<AppendTxn, ListsRead>> history, Appends appends, VersionOrders orders, boolean realTime) {
        boolean[] answered = new boolean[history.size()];
        for (int i = 0; i < answered.length; i++) {
            answered[i] = !history.get(i).isUnknown();
        }
        Dependencies dependencies = new Dependencies(appends, orders, orders.happened(appends, answered));
        for (Appends.AppendedList list : appends.lists()) {
            dependencies.drawObserved(list, orders.order(list));
            dependencies.drawUnobserved(list, orders.order(list));
        }
        if (realTime) {
            dependencies.drawRealTime(history);
        }
        return dependencies.graph.build();
    }

    private boolean isLive(int append) {
        return append >= 0 && appends.transaction(append) != Appends.ABORTED;
    }

    private void drawObserved(Appends.AppendedList list, int[] order) {
        for (int i = 1; i < order.length; i++) {
            if (isLive(order[i - 1]) && isLive(order[i])) {
                edge(appends.transaction(order[i - 1]), appends.transaction(order[i]), DependencyGraph.WW, order[i]);
            }
        }
        for (Appends.ListRead read : list.reads()) {
            int size = read.list().size();
            int latest = size == 0 ? -1 : list.append(read.list().get(size - 1));
            if (isLive(latest)) {
                edge(appends.transaction(latest), read.transaction(), DependencyGraph.WR, latest);
            }
            if (size < order.length && isBeginning(read, order, latest) && isLive(order[size])) {
                edge(read.transaction(), appends.transaction(order[size]), DependencyGraph.RW, order[size]);
            }
        }
    }

    /** By its last element alone: where reads contradict each other, that is reported, and what follows is a guess. */
    private static boolean isBeginning(Appends.ListRead read, int[] order, int latest) {
        return read.list().isEmpty() || latest == order[read.list().size() - 1];
    }

    /** Edges to appends that nobody has read: from the last that was read, and from those who have read up to there. */
    private void drawUnobserved(Appends.AppendedList list, int[] order) {
        Map<Integer, Integer> writers = new LinkedHashMap<>();
        for (int append : list.appends()) {
            if (isLive(append) && !orders.isObserved(append) && happened[appends.transaction(append)]) {
                writers.putIfAbsent(appends.transaction(append), append);
            }
        }
        if (writers.isEmpty()) {
            return;
        }
        int latest = order.length == 0 ? -1 : order[order.length - 1];
        if (isLive(latest)) {
            writers.forEach((writer, append) -> edge(appends.transaction(latest), writer, DependencyGraph.WW, append));
        }
        int tail = graph.between();
        writers.forEach((writer, append) -> edge(tail, writer, DependencyGraph.REST_OF_RW, append));
        List<Integer> both = new ArrayList<>();
        int before = -1;
        for (Appends.ListRead read : list.reads()) {
            if (read.list().size() != order.length || read.transaction() == before) {
                continue;
            }
            before = read.transaction();
            if (writers.containsKey(before)) {
                both.add(before);
            } else {
                edge(before, tail, DependencyGraph.RW, -1);
            }
        }
        drawReadersWhoAppend(both, writers);
    }

    /**
     * Who reads the last version and appends to it comes before all others who append, but not before itself. Of several
     * such the first gets all its edges and the others form a ring with it, which is a cycle as it should be.
     */
    private void drawReadersWhoAppend(List<Integer> both, Map<Integer, Integer> writers) {
        for (int i = 0; i < both.size(); i++) {
            int reader = both.get(i);
            if (i == 0) {
                writers.forEach((writer, append) -> edge(reader, writer, DependencyGraph.RW, append));
            } else {
                int next = both.get((i + 1) % both.size());
                edge(reader, next, DependencyGraph.RW, writers.getOrDefault(next, -1));
            }
        }
    }

    /**
     * Through barriers: whoever was answered leads to the next, each leads to the one after it, and whoever was asked later
     * comes after the latest. Answers between which nobody was asked share one. Stamps that are equal order nothing.
     */
    private void drawRealTime(List<Operation<AppendTxn, ListsRead>> history) {
        List<Integer> byAnswer = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            if (!history.get(i).isUnknown()) {
                byAnswer.add(i);
            }
        }
        byAnswer.sort(Comparator.comparingLong(i -> history.get(i).completedAt()));
        int answered = 0;
        int barrier = -1;
        boolean passed = true;
        for (int asked = 0; asked < history.size(); asked++) {
            long at = history.get(asked).invokedAt();
            while (answered < byAnswer.size()
                    && history.get(byAnswer.get(answered)).completedAt() < at) {
                if (passed) {
                    int next = graph.between();
                    if (barrier >= 0) {
                        edge(barrier, next, DependencyGraph.RT, -1);
                    }
                    barrier = next;
                    passed = false;
                }
                edge(byAnswer.get(answered++), barrier, DependencyGraph.RT, -1);
            }
            if (barrier >= 0) {
                edge(barrier, asked, DependencyGraph.RT, -1);
                passed = true;
            }
        }
    }

    private void edge(int from, int to, int kind, int cause) {
        graph.edge(from, to, kind, cause);
    }
}
