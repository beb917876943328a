package dev.danta.check;

import java.util.ArrayList;
import java.util.List;

/**
 * One search of one partition. Owned by one thread, used once.
 *
 * <p>Notes. The stack holds frames; a frame is a configuration in the cache plus the candidates not tried yet. A
 * candidate is an operation invoked no later than the frontier's completion. Trying one steps the model; if legal, the
 * operation is lifted out of the timeline, and if the configuration reached is new it becomes the next frame. A frame
 * without candidates is dropped and what it had lifted is put back. The search succeeds when no completion is left, so
 * operations of unknown outcome need never be linearized, and fails when no frame is left.
 *
 * <p>What cannot be linearized: the frontier furthest reached by any configuration. Everything completed before it was
 * explained by some configuration, and none got past it, so the history up to that completion is the shortest that has
 * no linearization (given what the operations then open answered later).
 *
 * <p>Reductions, each of which changes a successful continuation into another one that begins as the search does:
 *
 * <ul>
 *   <li><b>Eager reads.</b> A read-only operation that is a candidate and legal is taken at once, without an
 *       alternative: taken later, it would have changed nothing in between.
 *   <li><b>No idle unknowns.</b> An operation of unknown outcome that would change nothing now is not taken now: the
 *       continuation without it is as good.
 *   <li><b>Twins.</b> Of candidates that ask the same and answer the same, only the one that completes first is tried:
 *       in a continuation that takes another one first, the two can change places. Of operations of unknown outcome
 *       that ask the same, only the earliest invoked.
 *   <li><b>Dominance</b> among operations of unknown outcome: see {@link ConfigurationCache}.
 * </ul>
 */
final class WglSearch<S, I, O> {
    private static final int ILLEGAL = -1;
    private static final int NONE = -1;
    /** One step in this many looks at the clock, so that even slow steps notice the end within a second. */
    private static final int STEPS_PER_CLOCK = 16;

    private final Model<S, I, O> model;
    private final String partition;
    private final Limits limits;
    private final MemoryAccount memory;
    private final boolean reduced;
    private final Timeline<I, O> timeline;
    private final StateTable<S> states;
    private final ConfigurationCache cache;
    /** Known operations that are taken as soon as they are legal. */
    private final boolean[] eager;

    private int stepsToClock = STEPS_PER_CLOCK;
    /** The verdict stands and only its explanation is still being made, which no limit may take back. */
    private boolean decided;

    /** What is linearized, in order. */
    private final int[] lifted;

    private int liftedCount;

    /** The linearized operations among those open at the frontier: the configuration that is being entered. */
    private final long[] mask;

    private int frontier;

    private int[] frameEntry = new int[16];
    /** How much was lifted when the frame's configuration was entered. */
    private int[] frameLifted = new int[16];
    /** Where the frame's candidates begin; they end where the next frame's begin. */
    private int[] frameCandidates = new int[16];

    private int depth;
    /** What is left to try, last one first, of all frames. */
    private int[] candidates = new int[16];

    private int candidatesEnd;
    private final int[] enablerBuffer;

    /** The least rank among the candidates of a class of twins, where the stamp is the current one. */
    private final int[] twinBest;

    private final long[] twinStamp;
    private long stamp;

    private int furthest;
    /** Configurations at the furthest frontier, one for each state. */
    private final int[] furthestEntries = new int[Result.Failure.LONGEST_MAX];

    private int furthestCount;

    WglSearch(Model<S, I, O> model, Partition<I, O> partition, Limits limits, MemoryAccount memory, boolean reduced) {
        this.model = model;
        this.partition = partition.name();
        this.limits = limits;
        this.memory = memory;
        this.reduced = reduced;
        this.timeline = new Timeline<>(partition, memory);
        int bits = timeline.slots() + timeline.size() - timeline.known();
        int words = Math.max(1, (bits + Long.SIZE - 1) / Long.SIZE);
        memory.reserve(9L * timeline.size() + 12L * timeline.twinClasses() + 16L * words + 256);
        long[] unknownMask = new long[words];
        for (int op = timeline.known(); op < timeline.size(); op++) {
            set(unknownMask, timeline.bit(op));
        }
        this.states = new StateTable<>(model, memory);
        this.cache = new ConfigurationCache(memory, words, unknownMask, reduced);
        this.mask = new long[words];
        this.lifted = new int[timeline.size()];
        this.enablerBuffer = new int[timeline.size()];
        this.twinBest = new int[timeline.twinClasses()];
        this.twinStamp = new long[timeline.twinClasses()];
        this.eager = new boolean[timeline.known()];
        for (int op = 0; op < eager.length; op++) {
            Operation<I, O> operation = timeline.operation(op);
            eager[op] = reduced && model.readOnly(operation.input(), operation.answer());
        }
    }

    Engine.Verdict<I, O> run() {
        try {
            return search() ? new Engine.Verdict.Linearizable<>(linearized(), cache.size()) : stuck();
        } catch (SearchStopped stopped) {
            return new Engine.Verdict.Stopped<>(
                    stopped.reason(), timeline.operation(timeline.atRank(furthest)), cache.size());
        }
    }

    private boolean search() {
        if (enter(states.number(model.init(partition)), NONE, NONE, 0)) {
            return true;
        }
        while (depth > 0) {
            int top = depth - 1;
            if (candidatesEnd == frameCandidates[top]) {
                depth = top;
                putBackTo(top == 0 ? 0 : frameLifted[top - 1]);
                continue;
            }
            int op = candidates[--candidatesEnd];
            int entry = frameEntry[top];
            int state = cache.state(entry);
            int next = step(state, op);
            boolean idle = reduced && next == state && timeline.isUnknown(op);
            if (next == ILLEGAL || idle) {
                continue;
            }
            cache.copyMask(entry, mask);
            frontier = cache.frontier(entry);
            int liftedBefore = liftedCount;
            lift(op);
            if (enter(next, entry, op, liftedBefore)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Completes the configuration that the latest lift has begun, and makes a frame of it if it is new; if not, puts back.
     *
     * @return whether nothing is left to linearize
     */
    private boolean enter(int state, int parent, int op, int liftedBefore) {
        int completion = takeEager(state);
        moveFrontier(
                completion == 0 ? timeline.known() : timeline.rank(timeline.operationAt(completion)), liftedBefore);
        if (completion == 0) {
            return true;
        }
        int entry = cache.visit(state, frontier, mask, parent, op);
        if (entry == ConfigurationCache.SEEN) {
            putBackTo(liftedBefore);
        } else {
            noteFurthest(entry, state);
            pushFrame(entry, state, completion);
        }
        return false;
    }

    /** Lifts all eager operations that are legal in this state; answers the first completion left, or 0. */
    private int takeEager(int state) {
        int node = timeline.first();
        while (node != 0 && timeline.isCall(node)) {
            int op = timeline.operationAt(node);
            if (eager[op] && stepReadOnly(state, op)) {
                lift(op);
                node = timeline.afterLifted(node);
            } else {
                node = timeline.after(node);
            }
        }
        return node;
    }

    private void moveFrontier(int to, int liftedBefore) {
        for (int r = frontier; r < to; r++) {
            clear(mask, timeline.bit(timeline.atRank(r)));
        }
        for (int i = liftedBefore; i < liftedCount; i++) {
            int op = lifted[i];
            if (timeline.isUnknown(op) || timeline.rank(op) >= to) {
                set(mask, timeline.bit(op));
            }
        }
        frontier = to;
    }

    private void noteFurthest(int entry, int state) {
        if (frontier > furthest) {
            furthest = frontier;
            furthestCount = 0;
        }
        if (frontier < furthest || furthestCount == furthestEntries.length) {
            return;
        }
        for (int i = 0; i < furthestCount; i++) {
            if (cache.state(furthestEntries[i]) == state) {
                return;
            }
        }
        furthestEntries[furthestCount++] = entry;
    }

    /**
     * The order of trying matters for speed alone: first the operation at the frontier, which has to come next if
     * nothing else does; where it does not fit, whatever makes it fit; then the other known ones by invocation, and those
     * of unknown outcome only when nothing else helps.
     */
    private void pushFrame(int entry, int state, int completion) {
        if (depth == frameEntry.length) {
            frameEntry = memory.doubled(frameEntry);
            frameLifted = memory.doubled(frameLifted);
            frameCandidates = memory.doubled(frameCandidates);
        }
        frameEntry[depth] = entry;
        frameLifted[depth] = liftedCount;
        frameCandidates[depth] = candidatesEnd;
        depth++;
        stamp++;
        int due = timeline.operationAt(completion);
        pushUnknown(timeline.operation(due).completedAt());
        pushKnown(due, completion);
        if (eager[due] || step(state, due) == ILLEGAL) {
            enablersLast(state, due);
        }
        if (!eager[due]) {
            pushCandidate(due);
        }
    }

    /** Moves those candidates of the top frame behind the others, so to be tried first, after which the due one fits. */
    private void enablersLast(int state, int due) {
        int end = candidatesEnd;
        int kept = frameCandidates[depth - 1];
        int enablers = 0;
        for (int i = kept; i < end; i++) {
            int op = candidates[i];
            int next = step(state, op);
            if (next != ILLEGAL && next != state && step(next, due) != ILLEGAL) {
                enablerBuffer[enablers++] = op;
            } else {
                candidates[kept++] = op;
            }
        }
        System.arraycopy(enablerBuffer, 0, candidates, kept, enablers);
    }

    private void pushUnknown(long invokedAtMost) {
        for (int op = timeline.firstUnknown(); op != NONE; op = timeline.afterUnknown(op)) {
            if (timeline.operation(op).invokedAt() > invokedAtMost) {
                return;
            }
            int twins = timeline.twinClass(op);
            if (!reduced || twins == Timeline.UNIQUE) {
                pushCandidate(op);
            } else if (twinStamp[twins] != stamp) {
                twinStamp[twins] = stamp;
                pushCandidate(op);
            }
        }
    }

    private void pushKnown(int due, int completion) {
        for (int node = timeline.first(); node != completion; node = timeline.after(node)) {
            int op = timeline.operationAt(node);
            int twins = timeline.twinClass(op);
            if (twins != Timeline.UNIQUE && (twinStamp[twins] != stamp || timeline.rank(op) < twinBest[twins])) {
                twinStamp[twins] = stamp;
                twinBest[twins] = timeline.rank(op);
            }
        }
        int begin = candidatesEnd;
        for (int node = timeline.first(); node != completion; node = timeline.after(node)) {
            int op = timeline.operationAt(node);
            int twins = timeline.twinClass(op);
            boolean firstTwin = !reduced || twins == Timeline.UNIQUE || timeline.rank(op) == twinBest[twins];
            if (op != due && !eager[op] && firstTwin) {
                pushCandidate(op);
            }
        }
        for (int low = begin, high = candidatesEnd - 1; low < high; low++, high--) {
            int op = candidates[low];
            candidates[low] = candidates[high];
            candidates[high] = op;
        }
    }

    private void pushCandidate(int op) {
        if (candidatesEnd == candidates.length) {
            candidates = memory.doubled(candidates);
        }
        candidates[candidatesEnd++] = op;
    }

    private void lift(int op) {
        timeline.lift(op);
        lifted[liftedCount++] = op;
    }

    private void putBackTo(int count) {
        while (liftedCount > count) {
            timeline.putBack(lifted[--liftedCount]);
        }
    }

    /** The state after an operation, or {@link #ILLEGAL}. */
    private int step(int state, int op) {
        Operation<I, O> operation = timeline.operation(op);
        if (operation.isUnknown()) {
            S next = model.stepUnknown(states.state(state), operation.input(), limits);
            poll();
            return states.number(next);
        }
        Step<S> step = model.step(
                states.state(state), operation.input(), operation.answer(), decided ? Cancellation.NONE : limits);
        poll();
        return step instanceof Step.Legal<S> legal ? states.number(legal.next()) : ILLEGAL;
    }

    private boolean stepReadOnly(int state, int op) {
        S before = states.state(state);
        Operation<I, O> operation = timeline.operation(op);
        Step<S> step = model.step(before, operation.input(), operation.answer(), decided ? Cancellation.NONE : limits);
        poll();
        if (!(step instanceof Step.Legal<S> legal)) {
            return false;
        }
        if (legal.next() != before && !model.sameState(before, legal.next())) {
            throw new IllegalStateException("model " + model.name() + " calls an operation read-only that changes the"
                    + " state: " + model.describe(operation.input(), operation.output()));
        }
        return true;
    }

    /** After every step and before its answer is used, which a cancelled step may have made up. */
    private void poll() {
        if (decided) {
            return;
        }
        if (--stepsToClock == 0) {
            stepsToClock = STEPS_PER_CLOCK;
            limits.requested();
        }
        Result.Reason stop = limits.stopped();
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
        decided = true;
        Operation<I, O> failed = timeline.operation(timeline.atRank(furthest));
        List<Result.PartialLinearization<I, O>> longest = new ArrayList<>(furthestCount);
        for (int i = 0; i < furthestCount; i++) {
            int entry = furthestEntries[i];
            S state = states.state(cache.state(entry));
            replay(entry);
            Step<S> step = model.step(state, failed.input(), failed.answer(), Cancellation.NONE);
            if (!(step instanceof Step.Illegal<S> illegal)) {
                throw new IllegalStateException("model " + model.name() + " answers the same step differently: "
                        + model.describe(failed.input(), failed.output()));
            }
            longest.add(new Result.PartialLinearization<>(
                    linearized(), model.describeState(state), illegal.reason().get()));
        }
        Result.Failure<I, O> failure = new Result.Failure<>(partition, failed, longest, explain(failed, longest));
        return new Engine.Verdict.Stuck<>(failure, cache.size());
    }

    /** Lifts again what an entry of the cache stands for. */
    private void replay(int entry) {
        int length = 0;
        for (int at = entry; cache.parent(at) != NONE; at = cache.parent(at)) {
            length++;
        }
        int[] path = new int[length];
        for (int at = entry; cache.parent(at) != NONE; at = cache.parent(at)) {
            path[--length] = at;
        }
        putBackTo(0);
        takeEager(states.number(model.init(partition)));
        for (int at : path) {
            lift(cache.operation(at));
            takeEager(cache.state(at));
        }
    }

    private String explain(Operation<I, O> failed, List<Result.PartialLinearization<I, O>> longest) {
        StringBuilder text = new StringBuilder();
        if (failed.line() != Operation.NO_LINE) {
            text.append("at line ").append(failed.line()).append(": ");
        }
        text.append("process ").append(failed.process()).append(' ');
        text.append(model.describe(failed.input(), failed.output()));
        if (!partition.equals(Model.WHOLE)) {
            text.append(" (partition ").append(partition).append(')');
        }
        text.append(" cannot be linearized: ");
        for (int i = 0; i < longest.size(); i++) {
            text.append(i == 0 ? "" : "; or ").append(longest.get(i).reason());
        }
        return text.toString();
    }

    private static void set(long[] bits, int bit) {
        bits[bit >>> 6] |= 1L << (bit & 63);
    }

    private static void clear(long[] bits, int bit) {
        bits[bit >>> 6] &= ~(1L << (bit & 63));
    }
}
