package dev.danta.check.txn;

import java.util.ArrayList;
import java.util.List;

/** A cycle of transactions: each step leads to where the next begins, the last to where the first did. */
record Cycle(List<Step> steps) {
    Cycle {
        steps = List.copyOf(steps);
        if (steps.size() < 2) {
            throw new IllegalArgumentException("a cycle has at least two steps");
        }
    }

    /**
     * One comes before the other.
     *
     * @param kind WW, WR, RW, PROCESS or RT
     * @param cause what makes it so, or -1
     */
    record Step(int from, int to, int kind, int cause) {}

    /** The kinds of its steps. */
    List<Anomaly.Edge> edges() {
        List<Anomaly.Edge> edges = new ArrayList<>();
        for (Step step : steps) {
            edges.add(
                    switch (step.kind()) {
                        case DependencyGraph.WW -> Anomaly.Edge.WW;
                        case DependencyGraph.WR -> Anomaly.Edge.WR;
                        case DependencyGraph.RW -> Anomaly.Edge.RW;
                        case DependencyGraph.PROCESS -> Anomaly.Edge.PROCESS;
                        default -> Anomaly.Edge.REAL_TIME;
                    });
        }
        return edges;
    }

    /** The worst that can be said of it. */
    Anomaly.Kind kind() {
        int rw = 0;
        int kinds = 0;
        boolean adjacent = false;
        Step before = steps.get(steps.size() - 1);
        for (Step step : steps) {
            kinds |= step.kind();
            if (step.kind() == DependencyGraph.RW) {
                rw++;
                adjacent |= before.kind() == DependencyGraph.RW;
            }
            before = step;
        }
        if (rw == 0) {
            return (kinds & DependencyGraph.WR) != 0
                    ? one(kinds, Anomaly.Kind.G1C, Anomaly.Kind.G1C_PROCESS, Anomaly.Kind.G1C_REALTIME)
                    : one(kinds, Anomaly.Kind.G0, Anomaly.Kind.G0_PROCESS, Anomaly.Kind.G0_REALTIME);
        }
        if (rw == 1) {
            return one(kinds, Anomaly.Kind.G_SINGLE, Anomaly.Kind.G_SINGLE_PROCESS, Anomaly.Kind.G_SINGLE_REALTIME);
        }
        return adjacent
                ? one(kinds, Anomaly.Kind.G2, Anomaly.Kind.G2_PROCESS, Anomaly.Kind.G2_REALTIME)
                : one(
                        kinds,
                        Anomaly.Kind.G_NONADJACENT,
                        Anomaly.Kind.G_NONADJACENT_PROCESS,
                        Anomaly.Kind.G_NONADJACENT_REALTIME);
    }

    private static Anomaly.Kind one(int kinds, Anomaly.Kind plain, Anomaly.Kind process, Anomaly.Kind realTime) {
        if ((kinds & DependencyGraph.RT) != 0) {
            return realTime;
        }
        return (kinds & DependencyGraph.PROCESS) != 0 ? process : plain;
    }

    /** Without any transaction twice: of two parts that meet in one, the worse. */
    Cycle simple() {
        for (int i = 0; i < steps.size(); i++) {
            for (int j = i + 1; j < steps.size(); j++) {
                if (steps.get(i).from() == steps.get(j).from()) {
                    Cycle inner = new Cycle(steps.subList(i, j));
                    List<Step> rest = new ArrayList<>(steps.subList(0, i));
                    rest.addAll(steps.subList(j, steps.size()));
                    Cycle outer = new Cycle(rest);
                    return (inner.kind().compareTo(outer.kind()) <= 0 ? inner : outer).simple();
                }
            }
        }
        return this;
    }

    /** The same cycle, beginning with the transaction that was asked first. */
    Cycle fromEarliest() {
        int first = 0;
        for (int i = 1; i < steps.size(); i++) {
            first = steps.get(i).from() < steps.get(first).from() ? i : first;
        }
        List<Step> turned = new ArrayList<>(steps.subList(first, steps.size()));
        turned.addAll(steps.subList(0, first));
        return new Cycle(turned);
    }
}
