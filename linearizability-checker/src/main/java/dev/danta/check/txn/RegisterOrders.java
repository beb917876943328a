package dev.danta.check.txn;

import dev.danta.check.Operation;
import dev.danta.check.txn.Consistency.Guarantee;
import dev.danta.check.txn.Consistency.Isolation;
import dev.danta.check.txn.Consistency.Order;
import dev.danta.check.txn.RegisterReads.Access;
import dev.danta.check.txn.Registers.Register;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which version of a register comes before which, as far as it follows. What a store says itself (versions in answers) is
 * taken for its order. Else a version comes before another
 *
 * <ul>
 *   <li>if it is the one before all writes;
 *   <li>if a transaction has read it and then wrote the other: the other way round there would be a cycle of ww and wr (from
 *       read-committed on);
 *   <li>if a transaction that has read or written it was answered before one was asked that has read or written the other,
 *       by anybody or by the same process: the other way round there would be a cycle with that order in it, of the kind
 *       that the level forbids. A guarantee to sessions says the same of two accesses of a process.
 * </ul>
 *
 * <p>Where all that together is a cycle the level is broken, whatever the order is: that is reported, and what follows for
 * this register is taken from its writes alone, or if that contradicts itself too, from what the store says.
 */
final class RegisterOrders {
    /** So many accesses that were answered are compared with one that is asked. With more at a time less follows. */
    private static final int FRONTIER_MAX = 64;

    private final List<Operation<RegisterTxn, RegistersSeen>> history;
    private final Registers registers;
    private final boolean[] happened;
    private final Consistency level;
    private final Map<Register, List<Access>> accesses = new HashMap<>();
    private List<Edge> edges = new ArrayList<>();

    /** Why a version comes before another. */
    enum Why {
        /** The store says so. */
        PLACES,
        /** It is what was there first. */
        INITIAL,
        /** Who wrote the other had read it. */
        READ,
        /** A process read or wrote the one and then the other. */
        PROCESS,
        /** The one was read or written before somebody was asked who read or wrote the other. */
        REAL_TIME
    }

    /**
     * One version comes before another.
     *
     * @param before the transaction that has read or written the one, and by which it follows, or -1
     * @param after that of the other, or -1
     */
    record Edge(int from, int to, Why why, int before, int after) {}

    RegisterOrders(
            List<Operation<RegisterTxn, RegistersSeen>> history,
            Registers registers,
            RegisterReads reads,
            boolean[] happened,
            Consistency level) {
        this.history = history;
        this.registers = registers;
        this.happened = happened;
        this.level = level;
        for (Access access : reads.accesses()) {
            int version = access.written() >= 0 ? access.written() : access.read();
            if (version >= 0) {
                accesses.computeIfAbsent(registers.registerOf(version), k -> new ArrayList<>())
                        .add(access);
            }
        }
    }

    /** What comes before what; what cannot be goes to {@code faults}. */
    List<Edge> infer(Faults<RegisterTxn, RegistersSeen> faults) {
        for (Register register : registers.registers()) {
            infer(register, Trust.ALL, edges);
        }
        Trust trust = Trust.ALL;
        while (trust != Trust.STORE) {
            DependencyGraph graph = graph();
            Set<Register> contradictory = new LinkedHashSet<>();
            for (int[] component : Components.of(graph, DependencyGraph.WW)) {
                contradictory.add(registers.registerOf(component[0]));
                if (trust == Trust.ALL) {
                    report(graph.restrictedTo(component), faults);
                }
            }
            if (contradictory.isEmpty()) {
                return edges;
            }
            trust = trust == Trust.ALL ? Trust.WRITES : Trust.STORE;
            List<Edge> others = new ArrayList<>();
            for (Edge edge : edges) {
                if (!contradictory.contains(registers.registerOf(edge.from()))) {
                    others.add(edge);
                }
            }
            edges = others;
            for (Register register : contradictory) {
                infer(register, trust, edges);
            }
        }
        return edges;
    }

    /** From what the order of a register is taken. */
    private enum Trust {
        ALL,
        WRITES,
        STORE
    }

    private DependencyGraph graph() {
        DependencyGraph.Builder graph = new DependencyGraph.Builder(registers.count(), registers.count());
        for (int i = 0; i < edges.size(); i++) {
            graph.edge(edges.get(i).from(), edges.get(i).to(), DependencyGraph.WW, i);
        }
        return graph.build();
    }

    private void report(DependencyGraph component, Faults<RegisterTxn, RegistersSeen> faults) {
        Cycle cycle = CycleSearch.shortestOver(component, DependencyGraph.WW);
        if (cycle == null) {
            throw new IllegalStateException("a component without a cycle");
        }
        VersionCycle found = new VersionCycle(history, registers, level);
        cycle.steps().forEach(step -> found.add(edges.get(step.cause())));
        found.addTo(faults);
    }

    /** Whether a version was certainly there: the last that its transaction wrote. */
    private boolean isLive(int version) {
        int writer = registers.transaction(version);
        return writer == Registers.NOBODY || (writer >= 0 && happened[writer] && !registers.isIntermediate(version));
    }

    private void infer(Register register, Trust trust, List<Edge> into) {
        Collected collected = new Collected(into);
        List<Integer> placed = new ArrayList<>();
        for (int version : register.versions()) {
            if (isLive(version) && registers.place(version) != null) {
                placed.add(version);
            }
        }
        placed.sort(Comparator.comparingLong(version -> placeOf(version)));
        chain(placed, collected);
        if (trust == Trust.STORE) {
            return;
        }
        for (int version : register.versions()) {
            boolean hasPlace = registers.place(version) != null;
            if (version == register.initial() || !isLive(version) || (hasPlace && version != placed.get(0))) {
                continue;
            }
            collected.add(register.initial(), version, Why.INITIAL, -1, -1);
        }
        List<Access> all = accesses.getOrDefault(register, List.of());
        if (level.isolates(Isolation.READ_COMMITTED)) {
            for (Access access : all) {
                if (access.read() >= 0 && isWritten(access)) {
                    collected.unlessPlaced(access.read(), access.written(), Why.READ, access.transaction());
                    collected.unlessPlaced(access.lastRead(), access.written(), Why.READ, access.transaction());
                }
            }
        }
        if (level.order() == Order.REAL_TIME) {
            drawRealTime(all, trust, collected);
        } else {
            drawProcesses(all, trust, collected);
        }
    }

    private long placeOf(int version) {
        Long place = registers.place(version);
        return place == null ? -1 : place;
    }

    private boolean isWritten(Access access) {
        return access.written() >= 0 && isLive(access.written());
    }

    /** Each comes before the next, and before the next whose writer is known. */
    private void chain(List<Integer> placed, Collected collected) {
        int written = -1;
        for (int i = placed.size() - 1; i > 0; i--) {
            int version = placed.get(i);
            if (registers.transaction(version) >= 0) {
                written = version;
            } else if (written >= 0) {
                collected.add(placed.get(i - 1), written, Why.PLACES, -1, -1);
            }
            collected.add(placed.get(i - 1), version, Why.PLACES, -1, -1);
        }
    }

    /** What a process has read and written last. */
    private static final class Latest {
        private int read = -1;
        private int reader = -1;
        private int written = -1;
        private int writer = -1;
    }

    private void drawProcesses(List<Access> all, Trust trust, Collected collected) {
        Map<Long, Latest> latest = new HashMap<>();
        for (Access access : all) {
            Latest before =
                    latest.computeIfAbsent(history.get(access.transaction()).process(), k -> new Latest());
            boolean reads = access.read() >= 0 && trust == Trust.ALL;
            if (reads) {
                follow(before.read, access.read(), before.reader, access, Guarantee.MONOTONIC_READS, collected);
                follow(before.written, access.read(), before.writer, access, Guarantee.READ_YOUR_WRITES, collected);
            }
            if (isWritten(access)) {
                follow(before.written, access.written(), before.writer, access, Guarantee.MONOTONIC_WRITES, collected);
                follow(before.read, access.written(), before.reader, access, Guarantee.WRITES_FOLLOW_READS, collected);
                before.written = access.written();
                before.writer = access.transaction();
            }
            if (reads) {
                before.read = access.lastRead();
                before.reader = access.transaction();
            }
        }
    }

    private void follow(int from, int to, int before, Access after, Guarantee guarantee, Collected collected) {
        if (from < 0 || !level.guarantees(guarantee)) {
            return;
        }
        if (level.order() == Order.NONE) {
            collected.add(from, to, Why.PROCESS, before, after.transaction());
        } else {
            collected.unlessPlaced(from, to, Why.PROCESS, before, after.transaction());
        }
    }

    /** What was answered last: all that was read or written before leads to it. */
    private record Answered(int version, int transaction, long at) {}

    /** The reduction of the order of intervals: whoever is asked comes after all who were answered and are not yet outdone. */
    private void drawRealTime(List<Access> all, Trust trust, Collected collected) {
        boolean readsBefore = trust == Trust.ALL && level.guarantees(Guarantee.WRITES_FOLLOW_READS);
        boolean readsAfter = trust == Trust.ALL && level.guarantees(Guarantee.READ_YOUR_WRITES);
        List<Access> byAnswer = new ArrayList<>();
        for (Access access : all) {
            if (!history.get(access.transaction()).isUnknown()) {
                byAnswer.add(access);
            }
        }
        byAnswer.sort(Comparator.comparingLong(
                access -> history.get(access.transaction()).completedAt()));
        List<Answered> frontier = new ArrayList<>();
        int next = 0;
        for (Access asked : all) {
            long at = history.get(asked.transaction()).invokedAt();
            while (next < byAnswer.size()
                    && history.get(byAnswer.get(next).transaction()).completedAt() < at) {
                answer(byAnswer.get(next++), readsBefore, readsAfter, frontier);
            }
            int version = first(asked, readsAfter);
            if (version >= 0) {
                for (Answered before : frontier) {
                    collected.unlessPlaced(
                            before.version(), version, Why.REAL_TIME, before.transaction(), asked.transaction());
                }
            }
        }
    }

    /** What comes after others, or -1. */
    private int first(Access access, boolean reads) {
        if (reads && access.read() >= 0) {
            return access.read();
        }
        return isWritten(access) ? access.written() : -1;
    }

    private void answer(Access access, boolean readsBefore, boolean readsAfter, List<Answered> frontier) {
        Operation<RegisterTxn, RegistersSeen> operation = history.get(access.transaction());
        int left = isWritten(access) ? access.written() : readsBefore ? access.lastRead() : -1;
        if (left < 0) {
            return;
        }
        if (first(access, readsAfter) >= 0) {
            frontier.removeIf(before -> before.version() != left && before.at() < operation.invokedAt());
        }
        if (frontier.stream().noneMatch(before -> before.version() == left)) {
            if (frontier.size() == FRONTIER_MAX) {
                frontier.remove(0);
            }
            frontier.add(new Answered(left, access.transaction(), operation.completedAt()));
        }
    }

    /** The edges of one register, each once: the first reason that is found. */
    private final class Collected {
        private final List<Edge> into;
        private final Set<Long> known = new HashSet<>();

        Collected(List<Edge> into) {
            this.into = into;
        }

        void add(int from, int to, Why why, int before, int after) {
            if (from != to && known.add((long) from << 32 | to)) {
                into.add(new Edge(from, to, why, before, after));
            }
        }

        /** Of two versions whose order the store says itself, that is the order. */
        void unlessPlaced(int from, int to, Why why, int before, int after) {
            if (registers.place(from) == null || registers.place(to) == null) {
                add(from, to, why, before, after);
            }
        }

        void unlessPlaced(int from, int to, Why why, int transaction) {
            unlessPlaced(from, to, why, transaction, transaction);
        }
    }
}
