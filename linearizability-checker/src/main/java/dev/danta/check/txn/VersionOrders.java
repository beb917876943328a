package dev.danta.check.txn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The order of the versions of each list: the longest that was read, of which every other read is a beginning, or else
 * somebody is wrong.
 */
final class VersionOrders {
    private final Map<Appends.AppendedList, int[]> orders = new LinkedHashMap<>();
    private final boolean[] observed;
    private final long[] places;

    VersionOrders(Appends appends) {
        observed = new boolean[appends.count()];
        places = new long[appends.count()];
        for (Appends.AppendedList list : appends.lists()) {
            List<String> longest = longest(list);
            int[] order = new int[longest.size()];
            for (int i = 0; i < order.length; i++) {
                order[i] = list.append(longest.get(i));
                if (order[i] >= 0) {
                    observed[order[i]] = true;
                    places[order[i]] = i + 1L;
                }
            }
            orders.put(list, order);
        }
    }

    /** The longest list that was read, by the first to read that many. */
    static List<String> longest(Appends.AppendedList list) {
        List<String> longest = List.of();
        for (Appends.ListRead read : list.reads()) {
            longest = read.list().size() > longest.size() ? read.list() : longest;
        }
        return longest;
    }

    /** The numbers of the appends of the longest read, -1 for what nobody was asked to append. */
    int[] order(Appends.AppendedList list) {
        return Objects.requireNonNull(orders.get(list), "a list of another history");
    }

    /** How long the list is with this append, or {@link SessionOrder#LAST} if nobody has read it. */
    long place(int append) {
        return observed[append] ? places[append] : SessionOrder.LAST;
    }

    /** Whether what was read is where the longest list begins, judged by its end alone. */
    boolean isBeginning(Appends.AppendedList list, List<String> read) {
        int[] order = order(list);
        int size = read.size();
        return size == 0 || (size <= order.length && list.append(read.get(size - 1)) == order[size - 1]);
    }

    /** Whether somebody has read this append in the longest list. */
    boolean isObserved(int append) {
        return observed[append];
    }

    /** Which of {@code transactions} happened for sure, because they were answered or because of what others have read. */
    boolean[] happened(Appends appends, boolean[] answered) {
        boolean[] happened = Arrays.copyOf(answered, answered.length);
        for (int append = 0; append < observed.length; append++) {
            if (observed[append] && appends.transaction(append) != Appends.ABORTED) {
                happened[appends.transaction(append)] = true;
            }
        }
        return happened;
    }
}
