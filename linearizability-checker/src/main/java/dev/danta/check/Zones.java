package dev.danta.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A register each of whose values is written once, judged by intervals: P. Gibbons, E. Korach, Testing shared memories, SIAM
 * Journal on Computing 1997, section 4. O(n log n) for n operations.
 *
 * <p>A write and the reads of its value are a <em>cluster</em>; the initial value is a write before all time. In a
 * linearization a cluster stands without a gap. Let {@code f} be the earliest completion in it and {@code s} the latest
 * invocation. If {@code f < s}, the register certainly held the value from {@code f} to {@code s}: a <em>forward zone</em>.
 * If not, all its operations can happen at one moment, any one from {@code s} to {@code f}: a <em>backward zone</em>. There
 * is a linearization if and only if every value that was read was written and no read completed before its write was
 * invoked; no two forward zones overlap; and no backward zone lies inside a forward one. As intervals are closed, zones
 * that meet in a stamp do not overlap.
 *
 * <p>A write of unknown outcome did take effect if its value was read, and then before the first completion of such a read;
 * if not, it can be left out. The same goes for writes completed after the operation up to which a history is judged, and
 * in that way the first completion that cannot be explained is found by bisection, {@link #holds} being O(n): it is the
 * one that a search finds.
 */
final class Zones<S, I, O> {
    private static final int NONE = -1;
    private static final int INITIAL = 0;
    /** Before all time; no operation may have been invoked then. */
    private static final long EVER = Long.MIN_VALUE;

    private final Model<S, I, O> model;
    private final String partition;
    private final Watch<I, O> watch;
    private final MemoryAccount memory;

    /** In the order of their completion, then those of unknown outcome. */
    private final List<Operation<I, O>> operations;

    private final int known;
    /** The cluster of each operation, or none for one that says nothing. */
    private final int[] cluster;

    private final int clusters;
    /** The write of each cluster, or none: of the initial value, and of values that nobody wrote. */
    private final int[] write;

    /** Of the clusters that stand, their earliest completion's number and their latest invocation. */
    private final int[] first;

    private final long[] latest;
    /** The clusters that stand, by their earliest completion. */
    private final int[] standing;

    private int standingCount;
    /** Forward zones in their order. */
    private final long[] zoneFrom;

    private final long[] zoneTo;
    private int zones;

    /** @throws SearchStopped if this is no register with unique writes */
    Zones(
            Model<S, I, O> model,
            RegisterView<I, O> view,
            Partition<I, O> partition,
            Watch<I, O> watch,
            MemoryAccount memory) {
        this.model = model;
        this.partition = partition.name();
        this.watch = watch;
        this.memory = memory;
        this.known = partition.known().size();
        int size = partition.size();
        memory.reserve(128L * (size + 1));
        this.operations = new ArrayList<>(size);
        operations.addAll(partition.known());
        operations.sort(Comparator.comparingLong(Operation::completedAt));
        operations.addAll(partition.unknown());
        this.cluster = new int[size];
        int[] writes = new int[size + 1];
        this.clusters = group(view, writes);
        this.write = Arrays.copyOf(writes, clusters);
        this.first = new int[clusters];
        this.latest = new long[clusters];
        this.standing = new int[clusters];
        this.zoneFrom = new long[clusters];
        this.zoneTo = new long[clusters];
    }

    /** Finds each operation's cluster and each cluster's write; answers how many clusters there are. */
    private int group(RegisterView<I, O> view, int[] writes) {
        Map<Object, Integer> numbers = new HashMap<>();
        numbers.put(view.initial(), INITIAL);
        writes[INITIAL] = NONE;
        for (int op = 0; op < operations.size(); op++) {
            Operation<I, O> operation = operations.get(op);
            RegisterView.Access access = view.access(operation.input(), operation.output());
            cluster[op] = NONE;
            Object value;
            if (access instanceof RegisterView.Access.Write written) {
                value = written.value();
            } else if (access instanceof RegisterView.Access.Read read) {
                value = read.value();
            } else if (access instanceof RegisterView.Access.Nothing) {
                continue;
            } else {
                throw declined(operation, "is more than a read or a write");
            }
            if (operation.invokedAt() == EVER) {
                throw declined(operation, "was invoked before all time");
            }
            Integer there = numbers.putIfAbsent(value, numbers.size());
            int number = there == null ? numbers.size() - 1 : there;
            if (there == null) {
                writes[number] = NONE;
            }
            cluster[op] = number;
            if (access instanceof RegisterView.Access.Write) {
                if (number == INITIAL) {
                    throw declined(operation, "writes the value that was there at first");
                }
                if (writes[number] != NONE) {
                    throw declined(operation, "writes what another operation writes, too");
                }
                writes[number] = op;
            }
        }
        return numbers.size();
    }

    private SearchStopped declined(Operation<I, O> operation, String why) {
        String where = operation.line() == Operation.NO_LINE ? "" : " at line " + operation.line();
        return new SearchStopped(
                Result.Reason.UNSUPPORTED,
                "zones judge reads and unique writes, and process " + operation.process() + " "
                        + model.describe(operation.input(), operation.output()) + where + " " + why);
    }

    Engine.Verdict<I, O> judge() {
        if (holds(known, NONE)) {
            return new Engine.Verdict.Linearizable<>(order(known), 0);
        }
        int explained = 0;
        int tooMany = known;
        while (tooMany - explained > 1) {
            int middle = (explained + tooMany) >>> 1;
            if (holds(middle, NONE)) {
                explained = middle;
                watch.reached(operations.get(middle));
            } else {
                tooMany = middle;
            }
        }
        return stuck(explained);
    }

    /**
     * Whether there is a linearization of the first so many completions, with whatever of the rest can be of use to it. Leaves
     * the clusters and the forward zones of that history behind.
     *
     * @param last the cluster whose value the register must have at the completion after those, or none
     */
    private boolean holds(int completions, int last) {
        requireTime();
        standingCount = 0;
        zones = 0;
        Arrays.fill(first, NONE);
        for (int op = 0; op < completions; op++) {
            int c = cluster[op];
            if (c == NONE) {
                continue;
            }
            Operation<I, O> operation = operations.get(op);
            if (first[c] == NONE) {
                first[c] = op;
                latest[c] = c == INITIAL || write[c] == NONE
                        ? EVER
                        : operations.get(write[c]).invokedAt();
                standing[standingCount++] = c;
            }
            boolean unwritten = c != INITIAL && write[c] == NONE;
            if (unwritten || operation.completedAt() < writtenFrom(c)) {
                return false;
            }
            latest[c] = Math.max(latest[c], operation.invokedAt());
        }
        if (last != NONE) {
            latest[last] = operations.get(completions).completedAt();
        }
        if (first[INITIAL] != NONE) {
            addZone(EVER, latest[INITIAL]);
        }
        for (int i = 0; i < standingCount; i++) {
            int c = standing[i];
            if (c != INITIAL && isForward(c)) {
                long from = earliest(c);
                if (zones > 0 && from < zoneTo[zones - 1]) {
                    return false;
                }
                addZone(from, latest[c]);
            }
        }
        for (int i = 0; i < standingCount; i++) {
            int c = standing[i];
            if (c != INITIAL && !isForward(c)) {
                int around = zoneBefore(latest[c]);
                if (around != NONE && earliest(c) < zoneTo[around]) {
                    return false;
                }
            }
        }
        return true;
    }

    private long writtenFrom(int c) {
        return c == INITIAL ? EVER : operations.get(write[c]).invokedAt();
    }

    private void addZone(long from, long to) {
        zoneFrom[zones] = from;
        zoneTo[zones++] = to;
    }

    private long earliest(int c) {
        return operations.get(first[c]).completedAt();
    }

    private boolean isForward(int c) {
        return earliest(c) < latest[c];
    }

    /** The last forward zone that begins before this stamp, or none. */
    private int zoneBefore(long stamp) {
        int low = 0;
        int high = zones;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (zoneFrom[middle] < stamp) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The moment at which an operation can happen, and whose turn it is among those of that moment. */
    private record Place(long moment, int turn, int op) {}

    /** A linearization of the history that {@link #holds} was asked about last, and held. */
    private List<Operation<I, O>> order(int completions) {
        memory.reserve(80L * (completions + standingCount));
        int[] turn = turns();
        List<Place> places = new ArrayList<>(completions + standingCount);
        for (int i = 0; i < standingCount; i++) {
            int c = standing[i];
            if (c != INITIAL && write[c] >= completions) {
                places.add(new Place(begins(c), turn[c], write[c]));
            }
        }
        for (int op = 0; op < completions; op++) {
            int c = cluster[op];
            long invoked = operations.get(op).invokedAt();
            if (c == NONE) {
                places.add(new Place(invoked, NONE, op));
            } else if (c == INITIAL) {
                places.add(new Place(invoked, turn[c], op));
            } else {
                long begins = begins(c);
                boolean follows = isForward(c) && write[c] != op;
                places.add(new Place(follows ? Math.max(begins, invoked) : begins, turn[c], op));
            }
        }
        places.sort(Comparator.comparingLong(Place::moment)
                .thenComparingInt(Place::turn)
                .thenComparing(place -> isWrite(place.op()) ? 0 : 1));
        List<Operation<I, O>> order = new ArrayList<>(places.size());
        places.forEach(place -> order.add(operations.get(place.op())));
        return order;
    }

    private boolean isWrite(int op) {
        return cluster[op] != NONE && write[cluster[op]] == op;
    }

    /** When the register takes on a cluster's value. */
    private long begins(int c) {
        if (isForward(c)) {
            return earliest(c);
        }
        int around = zoneBefore(latest[c]);
        return around == NONE ? latest[c] : Math.max(latest[c], zoneTo[around]);
    }

    /** The clusters that stand, in the order in which the register holds their values. */
    private int[] turns() {
        List<Integer> order = new ArrayList<>(standingCount);
        for (int i = 0; i < standingCount; i++) {
            if (standing[i] != INITIAL) {
                order.add(standing[i]);
            }
        }
        order.sort(Comparator.<Integer>comparingLong(this::begins).thenComparing(c -> isForward(c) ? 1 : 0));
        int[] turn = new int[clusters];
        for (int i = 0; i < order.size(); i++) {
            turn[order.get(i)] = i + 1;
        }
        return turn;
    }

    /** All ways to end the explained part that leave another value, up to a bound, and why each does not go on. */
    private Engine.Verdict<I, O> stuck(int explained) {
        Operation<I, O> failed = operations.get(explained);
        List<Result.PartialLinearization<I, O>> longest = new ArrayList<>();
        for (int last : possiblyLast(explained)) {
            if (longest.size() < Result.Failure.LONGEST_MAX && holds(explained, last)) {
                longest.add(partial(order(explained), failed));
            }
        }
        holds(explained, NONE);
        for (int op = explained + 1; op < operations.size() && longest.size() < Result.Failure.LONGEST_MAX; op++) {
            if (isWrite(op) && first[cluster[op]] == NONE && operations.get(op).invokedAt() <= failed.completedAt()) {
                List<Operation<I, O>> order = order(explained);
                order.add(operations.get(op));
                longest.add(partial(order, failed));
            }
        }
        if (longest.isEmpty()) {
            longest.add(partial(order(explained), failed));
        }
        return new Engine.Verdict.Stuck<>(Explanation.failure(model, partition, failed, longest), 0);
    }

    /** The clusters of the history explained that no other one certainly has to follow. */
    private int[] possiblyLast(int explained) {
        holds(explained, NONE);
        int latestOne = NONE;
        long nextLatest = EVER;
        for (int i = 0; i < standingCount; i++) {
            int c = standing[i];
            if (latestOne == NONE || latest[c] > latest[latestOne]) {
                nextLatest = latestOne == NONE ? EVER : latest[latestOne];
                latestOne = c;
            } else {
                nextLatest = Math.max(nextLatest, latest[c]);
            }
        }
        int[] last = new int[standingCount];
        int count = 0;
        for (int i = 0; i < standingCount; i++) {
            int c = standing[i];
            long from = c == INITIAL ? EVER : earliest(c);
            if (from >= (c == latestOne ? nextLatest : latest[latestOne])) {
                last[count++] = c;
            }
        }
        return Arrays.copyOf(last, count);
    }

    private Result.PartialLinearization<I, O> partial(List<Operation<I, O>> order, Operation<I, O> failed) {
        return Explanation.partial(model, stateAfter(order), order, failed);
    }

    private S stateAfter(List<Operation<I, O>> order) {
        S state = model.init(partition);
        for (Operation<I, O> operation : order) {
            if (operation.isUnknown()) {
                state = model.stepUnknown(state, operation.input(), Cancellation.NONE);
            } else if (model.step(state, operation.input(), operation.answer(), Cancellation.NONE)
                    instanceof Step.Legal<S> legal) {
                state = legal.next();
            } else {
                throw new IllegalStateException("model " + model.name() + " is not the register that it says: "
                        + model.describe(operation.input(), operation.output()) + " does not fit where it should");
            }
        }
        return state;
    }

    private void requireTime() {
        watch.requested();
        Result.Reason stop = watch.limits().stopped();
        if (stop != null) {
            throw new SearchStopped(stop);
        }
    }
}
