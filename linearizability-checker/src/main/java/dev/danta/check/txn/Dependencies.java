package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws the edges between transactions over lists, linear in number: of ww, wr and rw one or two for each append or read.
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

    /** The edges of a history. */
    static DependencyGraph of(
            List<Operation<AppendTxn, ListsRead>> history, Appends appends, VersionOrders orders, Consistency level) {
        boolean[] answered = new boolean[history.size()];
        for (int i = 0; i < answered.length; i++) {
            answered[i] = !history.get(i).isUnknown();
        }
        Dependencies dependencies = new Dependencies(appends, orders, orders.happened(appends, answered));
        for (Appends.AppendedList list : appends.lists()) {
            dependencies.drawObserved(list, orders.order(list));
            dependencies.drawUnobserved(list, orders.order(list));
        }
        Precedence.draw(history, level, dependencies.graph);
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
        // Where reads contradict each other, that is reported, and what follows is a guess.
        for (Appends.ListRead read : list.reads()) {
            int size = read.list().size();
            int latest = size == 0 ? -1 : list.append(read.list().get(size - 1));
            if (isLive(latest)) {
                edge(appends.transaction(latest), read.transaction(), DependencyGraph.WR, latest);
            }
            if (size < order.length && orders.isBeginning(list, read.list()) && isLive(order[size])) {
                edge(read.transaction(), appends.transaction(order[size]), DependencyGraph.RW, order[size]);
            }
        }
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
        List<Integer> readers = new ArrayList<>();
        for (Appends.ListRead read : list.reads()) {
            if (read.list().size() == order.length) {
                readers.add(read.transaction());
            }
        }
        Overwrites.draw(readers, writers, graph);
    }

    private void edge(int from, int to, int kind, int cause) {
        graph.edge(from, to, kind, cause);
    }
}
