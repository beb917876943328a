package dev.danta.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One search of one partition, completion by completion. Owned by one thread, used once.
 *
 * <p>Lowe's just-in-time linearization (Testing for linearizability, CCPE 2017), depth first: nothing is linearized before
 * a completion forces it. At a completion whose operation has no place yet, that operation or another open one is given
 * the next place; at a completion whose operation has one, the search goes on to the next. A configuration is a
 * completion, a state and which of the operations open there have their places; it is never entered twice. The search
 * succeeds when no completion is left, so operations of unknown outcome need never be given a place, and fails when
 * nothing is left to try.
 *
 * <p>What cannot be linearized: the furthest completion that any configuration reached. Everything completed before it was
 * explained by some configuration, and none got past it, so the history up to that completion is the shortest that has no
 * linearization (given what the operations then open answered later).
 *
 * <p>Reductions, each of which changes a successful continuation into another one that begins as the search does:
 *
 * <ul>
 *   <li><b>Eager reads.</b> A read-only operation that is open and legal is given its place at once, without an
 *       alternative: later, it would have changed nothing in between. So is one that may tell something of the state, where
 *       it tells nothing new: later, it could only have made less possible.
 *   <li><b>Twins.</b> Of open operations that ask the same and answer the same, only the one that completes first is
 *       tried: in a continuation that takes another one first, the two can change places. Of operations of unknown outcome
 *       that ask the same, only the earliest invoked.
 *   <li><b>Dominance.</b> Of configurations that differ only in the operations of unknown outcome that they have used, one
 *       that has used a superset of another's is not entered ({@link ConfigurationCache}); and such an operation that would
 *       change nothing now is not used now.
 *   <li><b>Overwritten at once.</b> What follows an operation of unknown outcome directly must not lead where it would have
 *       led without that one; if it does, nobody has noticed it.
 *   <li><b>Unnoticed outcomes.</b> An operation of unknown outcome is open only as long as the model says that it may
 *       matter ({@link Model#matterUntil}).
 * </ul>
 *
 * <p>Two orders of trying. Depth first throughout finds the order of most valid histories at once. Where it does not, it
 * tries operations of unknown outcome at the end of every wrong turn before it has tried the other turns without them, and
 * dominance comes too late. So when it has visited many configurations it is given up for a second search that is
 * <em>sparing</em>: everything that can be reached with the operations of unknown outcome used so far is visited before one
 * more of them is, so that whatever could dominate a configuration has been there before it.
 *
 * <p>Notes. The stack holds frames: a configuration in the cache and the candidates not tried yet. At first a frame has one
 * candidate, the operation that is due; the others are looked up when that has failed, which in a valid history it mostly
 * does not. The {@link Course} stands at the completion of the top frame between two attempts. The stack is our own, so
 * the length of a history costs heap and not call depth.
 */
final class JitSearch<S, I, O> {
    private static final int ILLEGAL = -1;
    private static final int NONE = -1;
    /** The search that is not sparing gives up beyond this many configurations for each operation, and some. */
    private static final int TRIES_PER_OPERATION = 16;

    private static final int TRIES_MIN = 4096;
    /** One step in this many looks at the clock, so that even slow steps notice the end within a second. */
    private static final int STEPS_PER_CLOCK = 16;
    /** The same for configurations, whose steps may all have been remembered. */
    private static final int VISITS_PER_CLOCK = 1024;

    private final Model<S, I, O> model;
    private final String partition;
    private final Watch<I, O> watch;
    private final MemoryAccount memory;
    private final Course<I, O> course;
    private final StateTable<S> states;
    private final Transitions transitions;
    private final ConfigurationCache cache;
    private final boolean sparing;
    private final long visitedBefore;
    private final long visitsMax;

    private int stepsToClock = STEPS_PER_CLOCK;
    private int visitsToClock = VISITS_PER_CLOCK;
    /** The verdict stands and only its explanation is still being made, which no limit may take back. */
    private boolean decided;

    /** What has its place, in order; of a sparing search, from where the frames begin. */
    private final int[] placed;

    private int placedCount;

    /** Which of the open operations have their places, in the configuration that is being entered. */
    private final long[] mask;

    private int[] frameEntry = new int[16];
    /** How many had their places when the frame's configuration was entered. */
    private int[] framePlaced = new int[16];
    /** Where the frame's candidates begin; they end where the next frame's begin. */
    private int[] frameCandidates = new int[16];
    /** Whether all the candidates were looked up, and not only the operation that is due: 1 or 0. */
    private int[] frameExpanded = new int[16];

    /** The state before the frame's operation if that was of unknown outcome and nothing has noticed it yet, or none. */
    private int[] frameBefore = new int[16];

    private int depth;
    /** What is left to try, last one first, of all frames. */
    private int[] candidates = new int[16];

    private int candidatesEnd;
    private final int[] enablerBuffer;

    /** The least number among the candidates of a kind, where the stamp is the current one. */
    private final int[] kindFirst;

    private final long[] kindStamp;
    private long stamp;

    /** Entries whose operations of unknown outcome are still to be tried: with as many used before as now, and with one more. */
    private int[] waiting = new int[16];

    private int waitingCount;
    private int[] waitingNext = new int[16];
    private int waitingNextCount;

    /** The configuration, the operation and the state after it that led to the end. */
    private int wonFrom = NONE;

    private int wonBy = NONE;
    private int wonState = NONE;

    private int furthest = NONE;
    /** Configurations at the furthest completion, one for each state. */
    private final int[] furthestEntries = new int[Result.Failure.LONGEST_MAX];

    private int furthestCount;

    /**
     * @param sparing whether to use as few operations of unknown outcome as possible
     * @param visitedBefore configurations that another search of the partition visited before
     */
    JitSearch(
            Model<S, I, O> model,
            Partition<I, O> partition,
            Watch<I, O> watch,
            MemoryAccount memory,
            boolean sparing,
            long visitedBefore) {
        this.model = model;
        this.sparing = sparing;
        this.visitedBefore = visitedBefore;
        this.partition = partition.name();
        this.watch = watch;
        this.memory = memory;
        this.course = new Course<>(model, partition, memory);
        memory.reserve(4L * course.size() + 12L * course.kinds() + 272L * course.words() + 512);
        this.states = new StateTable<>(model, memory);
        this.transitions = new Transitions(course.size(), memory);
        this.cache = new ConfigurationCache(memory, course.words(), course.unknownBits(), true);
        this.mask = new long[course.words()];
        this.placed = new int[course.size()];
        this.enablerBuffer = new int[course.words() * Long.SIZE];
        this.kindFirst = new int[course.kinds()];
        this.kindStamp = new long[course.kinds()];
        this.visitsMax = sparing || !course.hasUnknown()
                ? Long.MAX_VALUE
                : TRIES_MIN + (long) TRIES_PER_OPERATION * course.size();
    }

    /** The verdict; or nothing, if a sparing search should be made instead. */
    Optional<Engine.Verdict<I, O>> run() {
        boolean found = search();
        if (!found && cache.size() > visitsMax) {
            return Optional.empty();
        }
        decided = true;
        return Optional.of(found ? linearized() : stuck());
    }

    /** How many configurations were visited, before this search too. */
    long visited() {
        return visitedBefore + cache.size();
    }

    private boolean search() {
        if (enter(states.number(model.init(partition)), NONE, NONE, 0)) {
            return true;
        }
        while ((depth > 0 || resume()) && cache.size() <= visitsMax) {
            int top = depth - 1;
            int entry = frameEntry[top];
            int state = cache.state(entry);
            if (candidatesEnd == frameCandidates[top]) {
                if (frameExpanded[top] == 0) {
                    expand(entry, state);
                } else {
                    dropFrame();
                }
                continue;
            }
            int op = candidates[--candidatesEnd];
            int next = step(state, op);
            if (next != ILLEGAL && !isInVain(frameBefore[top], state, op, next)) {
                cache.copyMask(entry, mask);
                int placedBefore = placedCount;
                place(op);
                if (enter(next, entry, op, placedBefore)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether this operation of unknown outcome, or the one before, would have been for nothing. */
    private boolean isInVain(int before, int state, int op, int next) {
        return (next == state && course.isUnknown(op)) || (before != NONE && step(before, op) == next);
    }

    private void dropFrame() {
        depth--;
        if (depth > 0) {
            placedCount = framePlaced[depth - 1];
            course.moveTo(cache.frontier(frameEntry[depth - 1]));
        }
    }

    /**
     * Completes the configuration that the latest place has begun, and makes a frame of it if it is new.
     *
     * @return whether no completion is left
     */
    private boolean enter(int state, int parent, int op, int placedBefore) {
        int from = course.at();
        settle(state);
        int due = course.at();
        if (due == course.known()) {
            wonFrom = parent;
            wonBy = op;
            wonState = state;
            return true;
        }
        if (--visitsToClock == 0) {
            visitsToClock = VISITS_PER_CLOCK;
            requireTime();
        }
        int entry = cache.visit(state, due, mask, parent, op);
        if (entry == ConfigurationCache.SEEN) {
            placedCount = placedBefore;
            course.moveTo(from);
            return false;
        }
        watch.visited(visited());
        noteFurthest(entry, due, state);
        boolean unnoticed = parent != NONE && course.isUnknown(op) && placedCount == placedBefore + 1;
        pushFrame(entry, unnoticed ? cache.state(parent) : NONE);
        return false;
    }

    /** Gives their places to all operations that only observe, are legal and change nothing, and moves to the first completion without one. */
    private void settle(int state) {
        for (int w = 0; w < mask.length; w++) {
            for (long left = course.openObserving(w) & ~mask[w]; left != 0; left &= left - 1) {
                placeIfLegal(state, course.owner(w * Long.SIZE + Long.numberOfTrailingZeros(left)));
            }
        }
        while (course.at() < course.known() && Bits.has(mask, course.bit(course.at()))) {
            course.advance();
            course.clearClosed(mask);
            for (int i = course.newCalls(); i < course.newCallsEnd(); i++) {
                int op = course.called(i);
                if (course.isObserving(op)) {
                    placeIfLegal(state, op);
                }
            }
        }
    }

    private void placeIfLegal(int state, int op) {
        int next = step(state, op);
        if (next == ILLEGAL) {
            return;
        }
        if (next != state) {
            if (!course.isEager(op)) {
                return;
            }
            Operation<I, O> operation = course.operation(op);
            throw new IllegalStateException("model " + model.name() + " calls an operation read-only that changes the"
                    + " state: " + model.describe(operation.input(), operation.output()));
        }
        place(op);
    }

    private void place(int op) {
        Bits.set(mask, course.bit(op));
        placed[placedCount++] = op;
    }

    private void noteFurthest(int entry, int due, int state) {
        if (due > furthest) {
            furthest = due;
            furthestCount = 0;
            watch.reached(course.operation(due));
        }
        if (due < furthest || furthestCount == furthestEntries.length) {
            return;
        }
        for (int i = 0; i < furthestCount; i++) {
            if (cache.state(furthestEntries[i]) == state) {
                return;
            }
        }
        furthestEntries[furthestCount++] = entry;
    }

    private void pushFrame(int entry, int before) {
        if (depth == frameEntry.length) {
            frameEntry = memory.doubled(frameEntry);
            framePlaced = memory.doubled(framePlaced);
            frameCandidates = memory.doubled(frameCandidates);
            frameExpanded = memory.doubled(frameExpanded);
            frameBefore = memory.doubled(frameBefore);
        }
        frameEntry[depth] = entry;
        framePlaced[depth] = placedCount;
        frameCandidates[depth] = candidatesEnd;
        frameExpanded[depth] = 0;
        frameBefore[depth] = before;
        depth++;
        int due = course.at();
        if (!course.isEager(due)) {
            pushCandidate(due);
        }
    }

    /**
     * Looks up the candidates of the top frame beside the operation that is due. The order of trying matters for speed
     * alone: where the due one does not fit, first whatever makes it fit; then the known ones that complete first, and those
     * of unknown outcome only when nothing else helps.
     */
    private void expand(int entry, int state) {
        frameExpanded[depth - 1] = 1;
        cache.copyMask(entry, mask);
        if (sparing) {
            boolean more = false;
            for (int w = 0; w < mask.length; w++) {
                more |= (course.open(w) & ~mask[w] & course.unknownBits()[w]) != 0;
            }
            if (more) {
                waitFor(entry);
            }
        }
        candidates(state, true, !sparing);
    }

    private void waitFor(int entry) {
        if (waitingNextCount == waitingNext.length) {
            waitingNext = memory.doubled(waitingNext);
        }
        waitingNext[waitingNextCount++] = entry;
    }

    /** Goes on where one more operation of unknown outcome is to be used; says whether there is such a place. */
    private boolean resume() {
        if (waitingCount == 0) {
            int[] done = waiting;
            waiting = waitingNext;
            waitingCount = waitingNextCount;
            waitingNext = done;
            waitingNextCount = 0;
        }
        if (waitingCount == 0) {
            return false;
        }
        int entry = waiting[--waitingCount];
        course.moveTo(cache.frontier(entry));
        placedCount = 0;
        pushFrame(entry, NONE);
        candidatesEnd = frameCandidates[0];
        frameExpanded[0] = 1;
        cache.copyMask(entry, mask);
        candidates(cache.state(entry), false, true);
        return true;
    }

    /** Adds those of the open operations that are neither due nor read-only, to be tried after those that are there. */
    private void candidates(int state, boolean known, boolean unknown) {
        stamp++;
        int due = course.at();
        int begin = candidatesEnd;
        for (int w = 0; w < mask.length; w++) {
            long unknownBits = course.unknownBits()[w];
            long asked = (known ? ~unknownBits : 0) | (unknown ? unknownBits : 0);
            long left = course.open(w) & ~course.openEager(w) & ~mask[w] & asked;
            for (; left != 0; left &= left - 1) {
                int op = course.owner(w * Long.SIZE + Long.numberOfTrailingZeros(left));
                if (op != due) {
                    pushCandidate(op);
                }
                int kind = course.kind(op);
                if (kindStamp[kind] != stamp || op < kindFirst[kind]) {
                    kindStamp[kind] = stamp;
                    kindFirst[kind] = op;
                }
            }
        }
        int kept = begin;
        for (int i = begin; i < candidatesEnd; i++) {
            int op = candidates[i];
            if (kindFirst[course.kind(op)] == op) {
                candidates[kept++] = op;
            }
        }
        candidatesEnd = kept;
        Arrays.sort(candidates, begin, kept);
        for (int low = begin, high = kept - 1; low < high; low++, high--) {
            int op = candidates[low];
            candidates[low] = candidates[high];
            candidates[high] = op;
        }
        if (step(state, due) == ILLEGAL) {
            enablersLast(begin, state, due);
        }
    }

    /** Moves those candidates of the top frame behind the others, so to be tried first, after which the due one fits. */
    private void enablersLast(int begin, int state, int due) {
        int end = candidatesEnd;
        int kept = begin;
        int enablers = 0;
        for (int i = begin; i < end; i++) {
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

    private void pushCandidate(int op) {
        if (candidatesEnd == candidates.length) {
            candidates = memory.doubled(candidates);
        }
        candidates[candidatesEnd++] = op;
    }

    /** The state after an operation, or {@link #ILLEGAL}. */
    private int step(int state, int op) {
        int kind = course.kind(op);
        if (transitions.has(state, kind)) {
            return transitions.next(state, kind);
        }
        int next = ask(state, course.operation(op));
        transitions.put(state, kind, next);
        return next;
    }

    private int ask(int state, Operation<I, O> operation) {
        S before = states.state(state);
        Cancellation cancellation = decided ? Cancellation.NONE : watch;
        S after;
        if (operation.isUnknown()) {
            after = model.stepUnknown(before, operation.input(), cancellation);
            poll();
        } else {
            Step<S> step = model.step(before, operation.input(), operation.answer(), cancellation);
            poll();
            if (!(step instanceof Step.Legal<S> legal)) {
                return ILLEGAL;
            }
            after = legal.next();
        }
        return after == before ? state : states.number(after);
    }

    /** After every step and before its answer is used, which a cancelled step may have made up. */
    private void poll() {
        if (decided) {
            return;
        }
        Result.Reason stop = watch.limits().stopped();
        if (stop != null) {
            throw new SearchStopped(stop);
        }
        if (--stepsToClock == 0) {
            stepsToClock = STEPS_PER_CLOCK;
            requireTime();
        }
    }

    private void requireTime() {
        watch.requested();
        Result.Reason stop = watch.limits().stopped();
        if (stop != null) {
            throw new SearchStopped(stop);
        }
    }

    private List<Operation<I, O>> order() {
        List<Operation<I, O>> order = new ArrayList<>(placedCount);
        for (int i = 0; i < placedCount; i++) {
            order.add(course.operation(placed[i]));
        }
        return order;
    }

    private Engine.Verdict<I, O> linearized() {
        replay(wonFrom);
        if (wonBy != NONE) {
            place(wonBy);
            settle(wonState);
        }
        return new Engine.Verdict.Linearizable<>(order(), visited());
    }

    private Engine.Verdict<I, O> stuck() {
        Operation<I, O> failed = course.operation(furthest);
        List<Result.PartialLinearization<I, O>> longest = new ArrayList<>(furthestCount);
        for (int i = 0; i < furthestCount; i++) {
            int entry = furthestEntries[i];
            replay(entry);
            longest.add(Explanation.partial(model, states.state(cache.state(entry)), order(), failed));
        }
        return new Engine.Verdict.Stuck<>(Explanation.failure(model, partition, failed, longest), visited());
    }

    /** Gives places again as an entry of the cache stands for, or as there are before any. */
    private void replay(int entry) {
        int length = 0;
        for (int at = entry; at != NONE && cache.parent(at) != NONE; at = cache.parent(at)) {
            length++;
        }
        int[] path = new int[length];
        for (int at = entry; at != NONE && cache.parent(at) != NONE; at = cache.parent(at)) {
            path[--length] = at;
        }
        course.moveTo(0);
        placedCount = 0;
        Arrays.fill(mask, 0);
        settle(states.number(model.init(partition)));
        for (int at : path) {
            place(cache.operation(at));
            settle(cache.state(at));
        }
    }
}
