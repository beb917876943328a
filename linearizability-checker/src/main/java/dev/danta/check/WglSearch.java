package dev.danta.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One search of one partition as Porcupine arranges it: Wing and Gong's (1993) depth-first search over a list of events,
 * with Lowe's (2017) memory of configurations. Owned by one thread, used once.
 *
 * <p>From the beginning of the list: at a call, the operation is tried; if it is legal and leads to a new configuration, it
 * is lifted out of the list and the search begins at the front again; if not, it goes on to the next event. At a completion
 * it has come too far: the latest operation lifted is put back, and the search goes on behind its call. It succeeds when no
 * completion is left and fails when nothing is lifted.
 *
 * <p>It has none of the reductions of {@link JitSearch}, and shares no code with it that could be wrong in both: that makes
 * it a second opinion, and the measure of what the reductions are worth. Divergence: a configuration's set of operations is
 * kept as what is open at its frontier ({@link ConfigurationCache}), where Porcupine clones the set of all operations; and
 * operations of unknown outcome have no completion at the end of time and need not be linearized, where Porcupine leaves
 * both to the caller.
 */
final class WglSearch<S, I, O> {
    private static final int NONE = -1;
    /** One step in this many looks at the clock, so that even slow steps notice the end within a second. */
    private static final int STEPS_PER_CLOCK = 16;

    private final Model<S, I, O> model;
    private final String partition;
    private final Watch<I, O> watch;
    private final Timeline<I, O> timeline;
    private final StateTable<S> states;
    private final ConfigurationCache cache;

    private int stepsToClock = STEPS_PER_CLOCK;

    /** What is linearized, in order, and the configuration before each. */
    private final int[] lifted;

    private final int[] entryBefore;
    private int liftedCount;
    private final boolean[] isLifted;

    /** The configuration that the search is in: the linearized operations among those open at the frontier, and that. */
    private final long[] mask;

    private int frontier;
    private int entry;

    private int furthest;
    /** Configurations at the furthest frontier, one for each state. */
    private final int[] furthestEntries = new int[Result.Failure.LONGEST_MAX];

    private int furthestCount;

    WglSearch(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch, MemoryAccount memory) {
        this.model = model;
        this.partition = partition.name();
        this.watch = watch;
        this.timeline = new Timeline<>(partition, memory);
        int bits = timeline.slots() + timeline.size() - timeline.known();
        int words = Math.max(1, (bits + Long.SIZE - 1) / Long.SIZE);
        memory.reserve(9L * timeline.size() + 16L * words + 256);
        this.states = new StateTable<>(model, memory);
        this.cache = new ConfigurationCache(memory, words, new long[words], false);
        this.mask = new long[words];
        this.lifted = new int[timeline.size()];
        this.entryBefore = new int[timeline.size()];
        this.isLifted = new boolean[timeline.size()];
    }

    Engine.Verdict<I, O> run() {
        return search() ? new Engine.Verdict.Linearizable<>(linearized(), cache.size()) : stuck();
    }

    private boolean search() {
        if (timeline.known() == 0) {
            return true;
        }
        entry = cache.visit(states.number(model.init(partition)), 0, mask, NONE, NONE);
        noteFurthest();
        int node = timeline.first();
        while (true) {
            int op = timeline.operationAt(node);
            if (timeline.isCall(node)) {
                if (goOn(op)) {
                    if (frontier == timeline.known()) {
                        return true;
                    }
                    node = timeline.first();
                } else {
                    node = timeline.after(node);
                }
            } else {
                if (liftedCount == 0) {
                    return false;
                }
                node = timeline.after(timeline.call(goBack()));
            }
        }
    }

    /** Lifts an operation if it is legal here and leads to somewhere new. */
    private boolean goOn(int op) {
        S before = states.state(cache.state(entry));
        Operation<I, O> operation = timeline.operation(op);
        S after;
        if (operation.isUnknown()) {
            after = model.stepUnknown(before, operation.input(), watch);
            poll();
        } else {
            Step<S> step = model.step(before, operation.input(), operation.answer(), watch);
            poll();
            if (!(step instanceof Step.Legal<S> legal)) {
                return false;
            }
            after = legal.next();
        }
        isLifted[op] = true;
        Bits.set(mask, timeline.bit(op));
        while (frontier < timeline.known() && isLifted[timeline.atRank(frontier)]) {
            Bits.clear(mask, timeline.bit(timeline.atRank(frontier)));
            frontier++;
        }
        int reached = cache.visit(states.number(after), frontier, mask, entry, op);
        if (reached == ConfigurationCache.SEEN) {
            isLifted[op] = false;
            restore();
            return false;
        }
        entryBefore[liftedCount] = entry;
        lifted[liftedCount++] = op;
        timeline.lift(op);
        entry = reached;
        watch.visited(cache.size());
        noteFurthest();
        return true;
    }

    /** Puts back the latest operation lifted, and answers which it was. */
    private int goBack() {
        int op = lifted[--liftedCount];
        timeline.putBack(op);
        isLifted[op] = false;
        entry = entryBefore[liftedCount];
        restore();
        return op;
    }

    private void restore() {
        frontier = cache.frontier(entry);
        cache.copyMask(entry, mask);
    }

    private void noteFurthest() {
        if (frontier == timeline.known()) {
            return;
        }
        if (frontier > furthest || furthestCount == 0) {
            furthest = frontier;
            furthestCount = 0;
            watch.reached(timeline.operation(timeline.atRank(furthest)));
        }
        if (frontier < furthest || furthestCount == furthestEntries.length) {
            return;
        }
        for (int i = 0; i < furthestCount; i++) {
            if (cache.state(furthestEntries[i]) == cache.state(entry)) {
                return;
            }
        }
        furthestEntries[furthestCount++] = entry;
    }

    /** After every step and before its answer is used, which a cancelled step may have made up. */
    private void poll() {
        if (--stepsToClock == 0) {
            stepsToClock = STEPS_PER_CLOCK;
            watch.requested();
        }
        Result.Reason stop = watch.limits().stopped();
        if (stop != null) {
            throw new SearchStopped(stop);
        }
    }

    private List<Operation<I, O>> linearized() {
        List<Operation<I, O>> order = new ArrayList<>(liftedCount);
        for (int i = 0; i < liftedCount; i++) {
            order.add(timeline.operation(lifted[i]));
        }
        return order;
    }

    private Engine.Verdict<I, O> stuck() {
        Operation<I, O> failed = timeline.operation(timeline.atRank(furthest));
        List<Result.PartialLinearization<I, O>> longest = new ArrayList<>(furthestCount);
        for (int i = 0; i < furthestCount; i++) {
            int end = furthestEntries[i];
            longest.add(Explanation.partial(model, states.state(cache.state(end)), path(end), failed));
        }
        return new Engine.Verdict.Stuck<>(Explanation.failure(model, partition, failed, longest), cache.size());
    }

    private List<Operation<I, O>> path(int end) {
        List<Operation<I, O>> path = new ArrayList<>();
        for (int at = end; cache.parent(at) != NONE; at = cache.parent(at)) {
            path.add(timeline.operation(cache.operation(at)));
        }
        Collections.reverse(path);
        return path;
    }
}
