package dev.danta.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A partition's completions in their order, and a window on the operations that are open at one of them, which moves from
 * one completion to the next and back.
 *
 * <p>Operations of known answer are numbered 0 to n-1 in the order of their completion, so that operation {@code e} is due
 * at completion {@code e}; those of unknown outcome follow, n to n+u-1 in the order of invocation. Open at a completion
 * is what was invoked at or before it (closed intervals) and completes at or after it; of unknown outcome, what was
 * invoked and may matter still ({@link Model#matterUntil}).
 *
 * <p>Every operation has a bit while it is open. Bits are given away again, so masks are as wide as the greatest number
 * of operations open at a time, however long the history. Operations of unknown outcome have bits of their own, behind
 * those of the known ones: {@link #unknownBits}.
 */
final class Course<I, O> {
    private final List<Operation<I, O>> operations;
    private final int known;
    /** Operations in the order in which they open, and how many of them are open or gone at each completion. */
    private final int[] calls;

    private final int[] callsEnd;
    /** Operations of unknown outcome in the order in which they cease to matter, and how many have at each completion. */
    private final int[] retired;

    private final int[] retiredEnd;
    private final int[] bit;
    private final int[] bitOwner;
    private final int[] kind;
    private final int kinds;
    private final boolean[] eager;
    private final boolean[] observing;
    private final int words;
    private final long[] unknownBits;
    private final long[] open;
    private final long[] openEager;
    private final long[] openObserving;
    private int at;

    Course(Model<?, I, O> model, Partition<I, O> partition, MemoryAccount memory) {
        this.known = partition.known().size();
        int unknown = partition.unknown().size();
        int size = known + unknown;
        memory.reserve(48L * size + 256);
        this.operations = new ArrayList<>(size);
        operations.addAll(partition.known());
        operations.sort(Comparator.comparingLong(Operation::completedAt));
        operations.addAll(partition.unknown());
        this.eager = new boolean[known];
        this.observing = new boolean[known];
        for (int op = 0; op < known; op++) {
            Operation<I, O> operation = operations.get(op);
            eager[op] = model.readOnly(operation.input(), operation.answer());
            observing[op] = eager[op] || model.observes(operation.input(), operation.answer());
        }
        int[] opensAt = new int[size];
        int[] retiresAt = new int[size];
        this.calls = inOrderOfOpening(model, partition, opensAt, retiresAt);
        this.retired = inOrderOfRetirement(retiresAt);
        this.callsEnd = ends(calls, opensAt);
        this.retiredEnd = ends(retired, retiresAt);
        this.bit = new int[size];
        int knownBits = giveBits(false);
        int allBits = knownBits + giveBits(true);
        this.words = Math.max(1, (allBits + Long.SIZE - 1) / Long.SIZE);
        memory.reserve(4L * allBits + 32L * words);
        this.bitOwner = new int[allBits];
        this.unknownBits = new long[words];
        for (int op : calls) {
            if (op >= known) {
                bit[op] += knownBits;
                Bits.set(unknownBits, bit[op]);
            }
        }
        this.open = new long[words];
        this.openEager = new long[words];
        this.openObserving = new long[words];
        this.kind = new int[size];
        long scratchBytes = 96L * size;
        memory.reserve(scratchBytes);
        this.kinds = findKinds();
        memory.release(scratchBytes);
        at = -1;
        advance();
    }

    private int[] inOrderOfOpening(Model<?, I, O> model, Partition<I, O> partition, int[] opensAt, int[] retiresAt) {
        long[] completions = new long[known];
        for (int op = 0; op < known; op++) {
            completions[op] = operations.get(op).completedAt();
        }
        long[] until = model.matterUntil(partition.known(), partition.unknown());
        int[] order = new int[operations.size()];
        int count = 0;
        for (int op = 0; op < operations.size(); op++) {
            opensAt[op] = firstAtLeast(completions, operations.get(op).invokedAt());
            if (op < known) {
                retiresAt[op] = op + 1;
            } else {
                long last = until[op - known];
                retiresAt[op] = last == Operation.NEVER ? known : firstAtLeast(completions, last + 1);
            }
            if (opensAt[op] < retiresAt[op]) {
                order[count++] = op;
            }
        }
        int[] opening = Arrays.copyOf(order, count);
        sort(opening, opensAt);
        return opening;
    }

    private int[] inOrderOfRetirement(int[] retiresAt) {
        int[] order = Arrays.stream(calls).filter(op -> op >= known).toArray();
        sort(order, retiresAt);
        return order;
    }

    /** Sorts operations by a place that is at most the number of completions, stably and in linear time. */
    private void sort(int[] ops, int[] place) {
        int[] from = new int[known + 2];
        for (int op : ops) {
            from[place[op] + 1]++;
        }
        for (int p = 0; p <= known; p++) {
            from[p + 1] += from[p];
        }
        for (int op : ops.clone()) {
            ops[from[place[op]]++] = op;
        }
    }

    /** How many of these have their place at or before each completion. */
    private int[] ends(int[] ops, int[] place) {
        int[] ends = new int[known + 1];
        int count = 0;
        for (int e = 0; e <= known; e++) {
            while (count < ops.length && place[ops[count]] <= e) {
                count++;
            }
            ends[e] = count;
        }
        return ends;
    }

    private static int firstAtLeast(long[] sorted, long stamp) {
        int low = 0;
        int high = sorted.length;
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

    /** Numbers that no two operations open at the same time share; answers how many there are. */
    private int giveBits(boolean toUnknown) {
        int[] free = new int[operations.size()];
        int freeCount = 0;
        int used = 0;
        int called = 0;
        int gone = 0;
        for (int e = 0; e < known; e++) {
            if (!toUnknown && e > 0) {
                free[freeCount++] = bit[e - 1];
            }
            for (; toUnknown && gone < retiredEnd[e]; gone++) {
                free[freeCount++] = bit[retired[gone]];
            }
            for (; called < callsEnd[e]; called++) {
                int op = calls[called];
                if (op >= known == toUnknown) {
                    bit[op] = freeCount > 0 ? free[--freeCount] : used++;
                }
            }
        }
        return used;
    }

    private int findKinds() {
        record Question(boolean unknown, Object input, Object output) {}
        Map<Question, Integer> numbers = new HashMap<>();
        for (int op = 0; op < operations.size(); op++) {
            Operation<I, O> operation = operations.get(op);
            Question question = operation.isUnknown()
                    ? new Question(true, operation.input(), "")
                    : new Question(false, operation.input(), operation.answer());
            Integer number = numbers.putIfAbsent(question, numbers.size());
            kind[op] = number == null ? numbers.size() - 1 : number;
        }
        return numbers.size();
    }

    Operation<I, O> operation(int op) {
        return operations.get(op);
    }

    int size() {
        return operations.size();
    }

    int known() {
        return known;
    }

    boolean isUnknown(int op) {
        return op >= known;
    }

    /** Whether any operation of unknown outcome is ever open. */
    boolean hasUnknown() {
        return retired.length > 0;
    }

    /** Whether an operation never changes a state, so that it may be taken as soon as it is legal. */
    boolean isEager(int op) {
        return op < known && eager[op];
    }

    /** Whether an operation may be taken as soon as it is legal where it changes nothing; all that are eager may. */
    boolean isObserving(int op) {
        return op < known && observing[op];
    }

    /** Operations of one kind ask the same and answer the same. */
    int kind(int op) {
        return kind[op];
    }

    int kinds() {
        return kinds;
    }

    /** Length of a mask. */
    int words() {
        return words;
    }

    /** The bits that operations of unknown outcome have. */
    long[] unknownBits() {
        return unknownBits;
    }

    int bit(int op) {
        return bit[op];
    }

    /** The operation that has this bit now. */
    int owner(int bitNumber) {
        return bitOwner[bitNumber];
    }

    /** The completion that the window is on; that of the last operation plus one when none is left. */
    int at() {
        return at;
    }

    /** One word of the operations open now. */
    long open(int word) {
        return open[word];
    }

    /** One word of those that are open now and eager. */
    long openEager(int word) {
        return openEager[word];
    }

    /** One word of those that are open now and observe, the eager ones among them. */
    long openObserving(int word) {
        return openObserving[word];
    }

    /** Where in {@link #called} those begin that opened with the latest {@link #advance}. */
    int newCalls() {
        return at == 0 ? 0 : callsEnd[at - 1];
    }

    int newCallsEnd() {
        return callsEnd[at];
    }

    int called(int index) {
        return calls[index];
    }

    /** On to the next completion. */
    void advance() {
        if (at >= 0) {
            leave(at);
            for (int i = retiredEnd[at]; i < retiredEnd[at + 1]; i++) {
                leave(retired[i]);
            }
        }
        at++;
        for (int i = newCalls(); i < callsEnd[at]; i++) {
            enter(calls[i]);
        }
    }

    /** Takes out of a mask what the latest {@link #advance} has closed. */
    void clearClosed(long[] mask) {
        Bits.clear(mask, bit[at - 1]);
        for (int i = retiredEnd[at - 1]; i < retiredEnd[at]; i++) {
            Bits.clear(mask, bit[retired[i]]);
        }
    }

    /** To another completion, earlier or later. */
    void moveTo(int completion) {
        while (at < completion) {
            advance();
        }
        while (at > completion) {
            for (int i = newCalls(); i < callsEnd[at]; i++) {
                leave(calls[i]);
            }
            at--;
            for (int i = retiredEnd[at]; i < retiredEnd[at + 1]; i++) {
                enter(retired[i]);
            }
            enter(at);
        }
    }

    private void enter(int op) {
        int b = bit[op];
        bitOwner[b] = op;
        Bits.set(open, b);
        if (isEager(op)) {
            Bits.set(openEager, b);
        }
        if (isObserving(op)) {
            Bits.set(openObserving, b);
        }
    }

    private void leave(int op) {
        int b = bit[op];
        Bits.clear(open, b);
        Bits.clear(openEager, b);
        Bits.clear(openObserving, b);
    }
}
