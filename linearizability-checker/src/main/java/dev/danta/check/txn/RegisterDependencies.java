package dev.danta.check.txn;

import dev.danta.check.Operation;
import dev.danta.check.txn.RegisterOrders.Edge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws the edges between transactions over registers: wr for each read, ww and rw for each pair of versions of which it is
 * known which comes first. The cause of a wr is the version that was read, that of the others the number of that pair.
 */
final class RegisterDependencies {
    private RegisterDependencies() {}

    static DependencyGraph of(
            List<Operation<RegisterTxn, RegistersSeen>> history,
            Registers registers,
            RegisterReads reads,
            List<Edge> orders,
            Consistency level) {
        DependencyGraph.Builder graph = new DependencyGraph.Builder(history.size(), history.size());
        Map<Integer, List<Integer>> readers = new HashMap<>();
        for (RegisterReads.Read read : reads.reads()) {
            readers.computeIfAbsent(read.version(), k -> new ArrayList<>()).add(read.transaction());
            int writer = registers.transaction(read.version());
            if (writer >= 0) {
                graph.edge(writer, read.transaction(), DependencyGraph.WR, read.version());
            }
        }
        Map<Integer, Map<Integer, Integer>> next = new LinkedHashMap<>();
        for (int i = 0; i < orders.size(); i++) {
            Edge edge = orders.get(i);
            int overwriter = registers.transaction(edge.to());
            if (overwriter < 0) {
                continue;
            }
            int writer = registers.transaction(edge.from());
            if (writer >= 0) {
                graph.edge(writer, overwriter, DependencyGraph.WW, i);
            }
            if (readers.containsKey(edge.from())) {
                next.computeIfAbsent(edge.from(), k -> new LinkedHashMap<>()).put(overwriter, i);
            }
        }
        next.forEach((version, writers) -> Overwrites.draw(readers.getOrDefault(version, List.of()), writers, graph));
        Precedence.draw(history, level, graph);
        return graph.build();
    }
}
