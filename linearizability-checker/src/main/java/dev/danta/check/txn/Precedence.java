package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Draws the edges between transactions that do not depend on what was read and written; a few for each transaction. */
final class Precedence {
    private Precedence() {}

    /** What a level demands besides reads and writes. */
    static <I, O> void draw(List<Operation<I, O>> history, Consistency level, DependencyGraph.Builder graph) {
        switch (level.order()) {
            case NONE -> {}
            case PROCESS -> drawProcesses(history, graph);
            case REAL_TIME -> drawRealTime(history, graph);
        }
    }

    /** From each transaction to the next of its process. One of unknown outcome has none. */
    private static <I, O> void drawProcesses(List<Operation<I, O>> history, DependencyGraph.Builder graph) {
        Map<Long, Integer> latest = new HashMap<>();
        for (int asked = 0; asked < history.size(); asked++) {
            Integer before = latest.put(history.get(asked).process(), asked);
            if (before != null) {
                graph.edge(before, asked, DependencyGraph.PROCESS, -1);
            }
        }
    }

    /**
     * Through barriers: whoever was answered leads to the next, each leads to the one after it, and whoever was asked later
     * comes after the latest. Answers between which nobody was asked share one. Stamps that are equal order nothing.
     */
    private static <I, O> void drawRealTime(List<Operation<I, O>> history, DependencyGraph.Builder graph) {
        List<Integer> byAnswer = byAnswer(history);
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
                        graph.edge(barrier, next, DependencyGraph.RT, -1);
                    }
                    barrier = next;
                    passed = false;
                }
                graph.edge(byAnswer.get(answered++), barrier, DependencyGraph.RT, -1);
            }
            if (barrier >= 0) {
                graph.edge(barrier, asked, DependencyGraph.RT, -1);
                passed = true;
            }
        }
    }

    /** Those that were answered, in that order. */
    static <I, O> List<Integer> byAnswer(List<Operation<I, O>> history) {
        List<Integer> byAnswer = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            if (!history.get(i).isUnknown()) {
                byAnswer.add(i);
            }
        }
        byAnswer.sort(Comparator.comparingLong(i -> history.get(i).completedAt()));
        return byAnswer;
    }
}
