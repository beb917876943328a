package dev.danta.check.explain;

import dev.danta.check.Operation;
import java.util.List;

/**
 * Why one operation cannot be linearized.
 *
 * @param partition the part of the history to which it belongs
 * @param failed the operation
 * @param sentence all in one sentence
 * @param window the operations of known answer from the last quiet point on that began before the failed one was answered,
 *     by invocation; the last {@link #WINDOW_MAX} of them
 * @param cut how many of the window's operations are left out
 * @param open operations of unknown outcome that may have taken effect by then, the last {@link #OPEN_MAX} of them
 * @param begin the states that were possible at the quiet point, in words; some of them, if there are many
 * @param possible the states in which the failed operation was tried, in words
 * @param reasons why it does not fit there, in the same order
 * @param order one order that explains everything answered before the failed operation; the end of it
 */
public record Explanation<I, O>(
        String partition,
        Operation<I, O> failed,
        String sentence,
        List<Operation<I, O>> window,
        int cut,
        List<Operation<I, O>> open,
        List<String> begin,
        List<String> possible,
        List<String> reasons,
        List<Placed<I, O>> order) {
    /** The most operations of a window. */
    public static final int WINDOW_MAX = 2_000;

    /** The most operations of unknown outcome that are shown. */
    public static final int OPEN_MAX = 200;

    /** The most operations of an order that are shown. */
    public static final int ORDER_MAX = 4_000;

    public Explanation {
        window = List.copyOf(window);
        open = List.copyOf(open);
        begin = List.copyOf(begin);
        possible = List.copyOf(possible);
        reasons = List.copyOf(reasons);
        order = List.copyOf(order);
    }

    /** An operation in an order, with the states around it in words. */
    public record Placed<I, O>(Operation<I, O> operation, String before, String after) {}
}
