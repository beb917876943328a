package dev.danta.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A queue in order into which every value is put once, judged by intervals: O(n log n) for n operations, O(n log² n) if it is
 * invalid.
 *
 * <p>T. Henzinger, A. Sezgin, V. Vafeiadis, Aspect-oriented linearizability proofs, CONCUR 2013: such a history is linearizable
 * if and only if no value is taken that was not put in or was taken before; no two values come out certainly in another
 * order than they were certainly put in; and no answer "empty" lies where there certainly was a value all the time. What
 * shows that here is an order of all values, which is built and found impossible only where two of them contradict each
 * other:
 *
 * <ul>
 *   <li>A value has two intervals: of its being put in, which ends at the latest when it is out again, and of its being taken,
 *       which begins at the earliest when it is put in. One value is before another if either interval is before the
 *       other's. Next comes whatever value is before none that is left. Of what is left, let {@code e} be the value whose
 *       first interval ends first, and {@code d} that whose second does. If {@code e} may not come next, {@code d} is taken
 *       before {@code e}; if then {@code d} may not either, {@code e} is put in before {@code d}.
 *   <li>A value is certainly there between its intervals. Every answer "empty" gets the earliest moment at which no value
 *       certainly is; what is in before that moment is out then, and comes before all the rest.
 *   <li>What is put in with unknown outcome is left out unless it was taken.
 *   <li>A dequeue of unknown outcome may stand for a value that nobody saw come out and that is in the way of another: each
 *       such value has to be out before the first completion of what certainly came after it, and they get the dequeues of
 *       unknown outcome in the order of these moments. Where there are answers "empty" as well, what these moments are
 *       would be a question of its own: such a history is declined.
 * </ul>
 *
 * <p>Closed intervals: what meets in a stamp may come in either order. As with {@link Zones}, what completes after the
 * operation up to which a history is judged is used where it is of use, and the first completion that cannot be explained is
 * found by bisection.
 */
final class Queues<S, I, O> {
    private static final int NONE = -1;
    /** In the place of an operation: of a value that was there at first. */
    private static final int INITIAL = -2;
    /** When what is still there will be taken. */
    private static final long NEVER = Operation.NEVER;

    private final Model<S, I, O> model;
    private final String partition;
    private final Watch<I, O> watch;
    private final MemoryAccount memory;

    /** In the order of their completion, then those of unknown outcome. */
    private final List<Operation<I, O>> operations;

    private final int known;
    /** The value that an operation puts in or takes, or none. */
    private final int[] value;

    private final boolean[] isEmptyAnswer;
    private final int values;
    /** The operation that puts each value in, {@link #INITIAL}, or none. */
    private final int[] put;

    /** The first operation that takes each value, by completion, and the next one after each operation. */
    private final int[] take;

    private final int[] nextTake;
    /** Dequeues of unknown outcome by invocation. */
    private final int[] unseen;

    private final boolean hasEmptyAnswers;

    // What holds() makes of one beginning of the history: values that count, and the operation that takes each of them.
    private final int[] counted;
    private int countedSize;
    private final int[] takenBy;
    private final long[] putFrom;
    private final long[] putTo;
    private final long[] takenFrom;
    private final long[] takenTo;
    /** The moments of the answers "empty", each once, and how many values come before each. */
    private long[] moments = new long[0];

    private int[] before = new int[0];
    /** The moment of each answer "empty" that counts. */
    private final long[] momentOf;
    /** The values that count, in order. */
    private final int[] order;

    /** @throws SearchStopped if this is no queue whose values differ */
    Queues(
            Model<S, I, O> model,
            QueueView<I, O> view,
            Partition<I, O> partition,
            Watch<I, O> watch,
            MemoryAccount memory) {
        this.model = model;
        this.partition = partition.name();
        this.watch = watch;
        this.memory = memory;
        this.known = partition.known().size();
        int size = partition.size();
        int first = view.initial().size();
        memory.reserve(256L * (size + first + 1));
        this.operations = new ArrayList<>(size);
        operations.addAll(partition.known());
        operations.sort(Comparator.comparingLong(Operation::completedAt));
        operations.addAll(partition.unknown());
        this.value = new int[size];
        this.isEmptyAnswer = new boolean[size];
        this.nextTake = new int[size];
        int[] puts = new int[size + first];
        int[] takes = new int[size + first];
        int[] unseenTakes = new int[size];
        Arrays.fill(puts, NONE);
        Arrays.fill(takes, NONE);
        Map<Object, Integer> numbers = new HashMap<>();
        for (Object there : view.initial()) {
            if (numbers.putIfAbsent(there, numbers.size()) != null) {
                throw new SearchStopped(
                        Result.Reason.UNSUPPORTED,
                        "values in queues must differ, and it begins with " + there + " twice");
            }
            puts[numbers.size() - 1] = INITIAL;
        }
        int unseenCount = 0;
        boolean empty = false;
        int[] lastTake = new int[size + first];
        for (int op = 0; op < size; op++) {
            Operation<I, O> operation = operations.get(op);
            QueueView.Access access = view.access(operation.input(), operation.output());
            value[op] = NONE;
            nextTake[op] = NONE;
            if (operation.invokedAt() <= Long.MIN_VALUE + first) {
                throw declined(operation, "was invoked before all time");
            }
            if (access instanceof QueueView.Access.Put in) {
                int number = number(numbers, in.value());
                if (puts[number] != NONE) {
                    throw declined(operation, "puts in what was put in before");
                }
                puts[number] = op;
                value[op] = number;
            } else if (access instanceof QueueView.Access.Take out && op < known) {
                int number = number(numbers, out.value());
                if (takes[number] == NONE) {
                    takes[number] = op;
                } else {
                    nextTake[lastTake[number]] = op;
                }
                lastTake[number] = op;
                value[op] = number;
            } else if (access instanceof QueueView.Access.TakeUnseen && op >= known) {
                unseenTakes[unseenCount++] = op;
            } else if (access instanceof QueueView.Access.Empty) {
                isEmptyAnswer[op] = true;
                empty = true;
            } else if (!(access instanceof QueueView.Access.Nothing)) {
                throw declined(operation, "is more than that");
            }
            if (empty && unseenCount > 0) {
                throw declined(operation, "stands beside dequeues of unknown outcome and answers that it was empty");
            }
        }
        this.values = numbers.size();
        this.hasEmptyAnswers = empty;
        this.momentOf = new long[empty ? known : 0];
        this.put = Arrays.copyOf(puts, values);
        this.take = Arrays.copyOf(takes, values);
        this.unseen = Arrays.copyOf(unseenTakes, unseenCount);
        this.counted = new int[values];
        this.takenBy = new int[values];
        this.putFrom = new long[values];
        this.putTo = new long[values];
        this.takenFrom = new long[values];
        this.takenTo = new long[values];
        this.order = new int[values];
    }

    private static int number(Map<Object, Integer> numbers, Object value) {
        Integer there = numbers.putIfAbsent(value, numbers.size());
        return there == null ? numbers.size() - 1 : there;
    }

    private SearchStopped declined(Operation<I, O> operation, String why) {
        String where = operation.line() == Operation.NO_LINE ? "" : " at line " + operation.line();
        return new SearchStopped(
                Result.Reason.UNSUPPORTED,
                "queues are judged into which every value is put once, and process " + operation.process() + " "
                        + model.describe(operation.input(), operation.output()) + where + " " + why);
    }

    Engine.Verdict<I, O> judge() {
        if (holds(known)) {
            return new Engine.Verdict.Linearizable<>(order(known), 0);
        }
        int explained = 0;
        int tooMany = known;
        while (tooMany - explained > 1) {
            int middle = (explained + tooMany) >>> 1;
            if (holds(middle)) {
                explained = middle;
                watch.reached(operations.get(middle));
            } else {
                tooMany = middle;
            }
        }
        return stuck(explained);
    }

    /** Whether there is a linearization of the first so many completions; leaves the order of the values behind. */
    private boolean holds(int completions) {
        watch.requested();
        Result.Reason stop = watch.limits().stopped();
        if (stop != null) {
            throw new SearchStopped(stop);
        }
        countedSize = 0;
        for (int v = 0; v < values; v++) {
            if (!count(v, completions)) {
                return false;
            }
        }
        return handOutUnseen() && findMoments(completions) && putInOrder();
    }

    /** Sets a value's intervals; says whether they can be. */
    private boolean count(int v, int completions) {
        int in = put[v];
        int out = take[v];
        boolean mustBeIn = in == INITIAL || (in >= 0 && in < completions);
        boolean mustBeOut = out != NONE && out < completions;
        if (!mustBeIn && !mustBeOut) {
            return true;
        }
        if (in == NONE || (mustBeOut && nextTake[out] != NONE && nextTake[out] < completions)) {
            return false;
        }
        putFrom[v] = in == INITIAL ? Long.MIN_VALUE + v : operations.get(in).invokedAt();
        putTo[v] = in == INITIAL
                ? putFrom[v]
                : in < completions ? operations.get(in).completedAt() : NEVER;
        takenFrom[v] = NEVER;
        takenTo[v] = NEVER;
        takenBy[v] = NONE;
        if (mustBeOut) {
            takenBy[v] = out;
            takenTo[v] = operations.get(out).completedAt();
            if (takenTo[v] < putFrom[v]) {
                return false;
            }
            takenFrom[v] = Math.max(putFrom[v], operations.get(out).invokedAt());
            putTo[v] = Math.min(putTo[v], takenTo[v]);
        } else {
            for (int op = out; op != NONE; op = nextTake[op]) {
                long from = Math.max(putFrom[v], operations.get(op).invokedAt());
                if (from < takenFrom[v]) {
                    takenFrom[v] = from;
                    takenBy[v] = op;
                }
            }
        }
        counted[countedSize++] = v;
        return true;
    }

    /** Gives dequeues of unknown outcome to values that have to be out; says whether there are enough. */
    private boolean handOutUnseen() {
        if (unseen.length == 0) {
            return true;
        }
        Integer[] byPut = sorted(countedSize, v -> putFrom[v]);
        long[] firstOut = new long[countedSize + 1];
        firstOut[countedSize] = NEVER;
        for (int i = countedSize - 1; i >= 0; i--) {
            firstOut[i] = Math.min(firstOut[i + 1], takenTo[byPut[i]]);
        }
        record Deadline(int v, long at) {}
        List<Deadline> deadlines = new ArrayList<>();
        for (int i = 0; i < countedSize; i++) {
            int v = counted[i];
            if (takenTo[v] == NEVER) {
                long at = firstOut[firstPutAfter(byPut, putTo[v])];
                if (takenFrom[v] > at) {
                    deadlines.add(new Deadline(v, at));
                }
            }
        }
        deadlines.sort(Comparator.comparingLong(Deadline::at));
        for (int i = 0; i < deadlines.size(); i++) {
            Deadline deadline = deadlines.get(i);
            if (i == unseen.length || operations.get(unseen[i]).invokedAt() > deadline.at()) {
                return false;
            }
            int v = deadline.v();
            takenBy[v] = unseen[i];
            takenFrom[v] = Math.max(putFrom[v], operations.get(unseen[i]).invokedAt());
        }
        return true;
    }

    private int firstPutAfter(Integer[] byPut, long stamp) {
        int low = 0;
        int high = byPut.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (putFrom[byPut[middle]] <= stamp) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private interface Stamp {
        long of(int v);
    }

    private Integer[] sorted(int size, Stamp stamp) {
        Integer[] sorted = new Integer[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = counted[i];
        }
        Arrays.sort(sorted, Comparator.comparingLong(stamp::of));
        return sorted;
    }

    /** Finds the moments of the answers "empty"; says whether there is one for each. */
    private boolean findMoments(int completions) {
        moments = new long[0];
        if (!hasEmptyAnswers) {
            before = new int[0];
            return true;
        }
        // Where a value certainly is: open intervals, so that two which meet leave a moment between them.
        long[] from = new long[countedSize];
        long[] to = new long[countedSize];
        int filled = 0;
        for (int v : sorted(countedSize, v -> putTo[v])) {
            if (putTo[v] >= takenFrom[v]) {
                continue;
            }
            if (filled > 0 && putTo[v] < to[filled - 1]) {
                to[filled - 1] = Math.max(to[filled - 1], takenFrom[v]);
            } else {
                from[filled] = putTo[v];
                to[filled++] = takenFrom[v];
            }
        }
        long[] found = new long[completions];
        int count = 0;
        for (int op = 0; op < completions; op++) {
            if (!isEmptyAnswer[op]) {
                continue;
            }
            Operation<I, O> answer = operations.get(op);
            int last = firstAtLeast(from, filled, answer.invokedAt()) - 1;
            momentOf[op] = last < 0 ? answer.invokedAt() : Math.max(answer.invokedAt(), to[last]);
            if (momentOf[op] > answer.completedAt()) {
                return false;
            }
            found[count++] = momentOf[op];
        }
        moments = Arrays.stream(found, 0, count).sorted().distinct().toArray();
        return true;
    }

    private static int firstAtLeast(long[] sorted, int size, long stamp) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < stamp) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Puts the values that count in order; says whether there is one. */
    private boolean putInOrder() {
        Integer[] byPut = sorted(countedSize, v -> putTo[v]);
        Integer[] byTake = sorted(countedSize, v -> takenTo[v]);
        before = new int[moments.length];
        boolean[] placed = new boolean[values];
        int[] segment = new int[values];
        int[] sizes = new int[moments.length + 1];
        for (int i = 0; i < countedSize; i++) {
            // Behind all moments that are not after its first interval.
            int v = counted[i];
            segment[v] = putTo[v] == NEVER ? moments.length : firstAtLeast(moments, moments.length, putTo[v] + 1);
            sizes[segment[v]]++;
        }
        byTake = bySegment(byTake, segment, sizes);
        int placedCount = 0;
        int nextPut = 0;
        int nextTaken = 0;
        while (placedCount < countedSize) {
            while (placed[byPut[nextPut]]) {
                nextPut++;
            }
            while (placed[byTake[nextTaken]]) {
                nextTaken++;
            }
            int e = byPut[nextPut];
            int d = byTake[nextTaken];
            int next = takenFrom[e] <= takenTo[d] ? e : putFrom[d] <= putTo[e] ? d : NONE;
            if (next == NONE) {
                return false;
            }
            placed[next] = true;
            order[placedCount++] = next;
        }
        int sum = 0;
        for (int i = 0; i < moments.length; i++) {
            sum += sizes[i];
            before[i] = sum;
        }
        return true;
    }

    /** The same, stably by segment; by their first intervals they are in that order anyway. */
    private static Integer[] bySegment(Integer[] sorted, int[] segment, int[] sizes) {
        int[] from = new int[sizes.length];
        for (int i = 1; i < sizes.length; i++) {
            from[i] = from[i - 1] + sizes[i - 1];
        }
        Integer[] result = new Integer[sorted.length];
        for (int v : sorted) {
            result[from[segment[v]]++] = v;
        }
        return result;
    }

    /** A linearization of the history that {@link #holds} was asked about last, and held. */
    private List<Operation<I, O>> order(int completions) {
        memory.reserve(32L * (values + completions));
        int[] position = new int[values];
        for (int i = 0; i < countedSize; i++) {
            position[order[i]] = i;
        }
        Linearization linearization = new Linearization();
        int next = 0;
        boolean[] answered = new boolean[completions];
        Integer[] empties = answersByMoment(completions);
        int nextEmpty = 0;
        for (int op = 0; op < completions; op++) {
            long at = operations.get(op).completedAt();
            for (; next < moments.length && moments[next] <= at; next++) {
                linearization.takeUpTo(before[next]);
                while (nextEmpty < empties.length && momentOf[empties[nextEmpty]] == moments[next]) {
                    answered[empties[nextEmpty]] = true;
                    linearization.add(empties[nextEmpty++]);
                }
            }
            if (answered[op]) {
                continue;
            }
            if (value[op] == NONE) {
                linearization.add(op);
            } else if (put[value[op]] == op) {
                linearization.putUpTo(position[value[op]] + 1);
            } else {
                linearization.takeUpTo(position[value[op]] + 1);
            }
        }
        return linearization.done;
    }

    /** What has its place: always the first so many values put in, and the first so many of them taken. */
    private final class Linearization {
        private final List<Operation<I, O>> done = new ArrayList<>();
        private int in;
        private int out;

        void add(int op) {
            done.add(operations.get(op));
        }

        void putUpTo(int count) {
            for (; in < count; in++) {
                if (put[order[in]] != INITIAL) {
                    add(put[order[in]]);
                }
            }
        }

        void takeUpTo(int count) {
            putUpTo(count);
            for (; out < count; out++) {
                add(takenBy[order[out]]);
            }
        }
    }

    private Integer[] answersByMoment(int completions) {
        List<Integer> answers = new ArrayList<>();
        for (int op = 0; op < completions; op++) {
            if (isEmptyAnswer[op]) {
                answers.add(op);
            }
        }
        answers.sort(Comparator.comparingLong(op -> momentOf[op]));
        return answers.toArray(Integer[]::new);
    }

    /** One way to end the explained part, and that with one more of the operations that are open, if that fits. */
    private Engine.Verdict<I, O> stuck(int explained) {
        holds(explained);
        Operation<I, O> failed = operations.get(explained);
        List<Operation<I, O>> order = order(explained);
        S state = stateAfter(order);
        List<Result.PartialLinearization<I, O>> longest = new ArrayList<>();
        longest.add(Explanation.partial(model, state, order, failed));
        Set<Operation<I, O>> placed = Collections.newSetFromMap(new IdentityHashMap<>());
        placed.addAll(order);
        memory.reserve(32L * order.size());
        for (int op = explained + 1; op < operations.size() && longest.size() < Result.Failure.LONGEST_MAX; op++) {
            Operation<I, O> open = operations.get(op);
            if (open.invokedAt() > failed.completedAt() || placed.contains(open)) {
                continue;
            }
            S next = after(state, open);
            if (next != null && !model.sameState(state, next)) {
                List<Operation<I, O>> longer = new ArrayList<>(order);
                longer.add(open);
                longest.add(Explanation.partial(model, next, longer, failed));
            }
        }
        return new Engine.Verdict.Stuck<>(Explanation.failure(model, partition, failed, longest), 0);
    }

    private S stateAfter(List<Operation<I, O>> order) {
        S state = model.init(partition);
        for (Operation<I, O> operation : order) {
            S next = after(state, operation);
            if (next == null) {
                throw new IllegalStateException("model " + model.name() + " is not the queue that it says: "
                        + model.describe(operation.input(), operation.output()) + " does not fit where it should");
            }
            state = next;
        }
        return state;
    }

    /** The state after an operation, or null if it does not fit. */
    private @Nullable S after(S state, Operation<I, O> operation) {
        if (operation.isUnknown()) {
            return model.stepUnknown(state, operation.input(), Cancellation.NONE);
        }
        return model.step(state, operation.input(), operation.answer(), Cancellation.NONE)
                        instanceof Step.Legal<S> legal
                ? legal.next()
                : null;
    }
}
