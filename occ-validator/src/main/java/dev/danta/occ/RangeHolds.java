package dev.danta.occ;

import dev.danta.ir.id.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who holds which ranges, so that the holders over one key are found at once. The ends of all ranges cut the keys into
 * pieces, over each of which the same ranges lie; the map has, for the first key of each piece, who holds it, in the order
 * in which they came.
 *
 * <p>Invariant: two neighbouring pieces are held by different lists of holders, and the first piece by somebody.
 */
final class RangeHolds {
    private final TreeMap<Key, List<Timestamp>> pieces = new TreeMap<>();

    void add(KeyRange range, Timestamp holder) {
        cut(range.from());
        cut(range.to());
        pieces.subMap(range.from(), range.to()).replaceAll((first, holders) -> {
            List<Timestamp> more = new ArrayList<>(holders);
            more.add(holder);
            return more;
        });
        join(range);
    }

    void remove(KeyRange range, Timestamp holder) {
        cut(range.from());
        cut(range.to());
        pieces.subMap(range.from(), range.to()).replaceAll((first, holders) -> {
            List<Timestamp> fewer = new ArrayList<>(holders);
            if (!fewer.remove(holder)) {
                throw new IllegalStateException("no hold on " + range + " though " + holder + " held it");
            }
            return fewer;
        });
        join(range);
    }

    /** Whoever holds a range that {@code key} belongs to; a holder of several stands there as often. */
    List<Timestamp> over(Key key) {
        Map.Entry<Key, List<Timestamp>> piece = pieces.floorEntry(key);
        return piece == null ? List.of() : piece.getValue();
    }

    /** Has a piece begin at {@code key}. */
    private void cut(Key key) {
        pieces.putIfAbsent(key, over(key));
    }

    /** Joins the pieces in and around {@code range} that need not be apart. */
    private void join(KeyRange range) {
        Map.Entry<Key, List<Timestamp>> before = pieces.lowerEntry(range.from());
        List<Timestamp> last = before == null ? List.of() : before.getValue();
        var inAndAfter =
                pieces.subMap(range.from(), true, range.to(), true).values().iterator();
        while (inAndAfter.hasNext()) {
            List<Timestamp> holders = inAndAfter.next();
            if (holders.equals(last)) {
                inAndAfter.remove();
            } else {
                last = holders;
            }
        }
    }

    /** How many pieces there are: nothing is left over when nobody holds anything. */
    int pieceCount() {
        return pieces.size();
    }
}
