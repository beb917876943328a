package dev.danta.client;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a table while others write it: in the order of its keys, a batch of records in a transaction each, up to the
 * record that was the last one at the beginning. Others that append all the time do not keep it from ending.
 *
 * <p>A batch is in the way of whoever writes one of its records, and they are in its way. So one that has lost a few times is
 * made again with a quarter of its records, down to one, which is no more in the way than any other transaction; and while all
 * goes well they get longer again.
 */
final class Crossing<V> {
    private static final int ROWS_MAX = 100;
    /** So often a batch of several records is tried before it gets shorter. */
    private static final int ATTEMPTS = 3;
    /** So often a single record is tried, each time for as long as the client's deadline allows. */
    private static final int PATIENCE = 5;

    private static final int SHORTER = 4;

    private final Space space;
    private final Table<V> table;
    private int rows = ROWS_MAX;

    /** What is done with the records of a batch, within its transaction. */
    interface Work<V> {
        /** @return how many it has changed */
        long on(Tx tx, List<Entry<V>> batch);
    }

    /**
     * A batch that took effect.
     *
     * @param last its last key; null if there are no more
     */
    private record Passed(long changed, @Nullable Key last) {}

    /** Not begun. */
    Crossing(Space space, Table<V> table) {
        this.space = space;
        this.table = table;
    }

    /**
     * Does {@code work} with every record that is there from beginning to end. To be called once.
     *
     * @return how many were changed
     * @throws ConflictException if others were in the way of a single record again and again; what was done before stays
     */
    long pass(Work<V> work) {
        Optional<Key> end =
                space.read(tx -> tx.entries(table, KeyRange.all().reverse().limit(1))
                        .map(Entry::key)
                        .findFirst());
        return end.isEmpty() ? 0 : passTo(table.collection().encode(end.get()), work);
    }

    private long passTo(dev.danta.occ.Key end, Work<V> work) {
        long changed = 0;
        KeyRange rest = KeyRange.all();
        while (true) {
            Passed passed = next(rest, work);
            changed += passed.changed();
            Key last = passed.last();
            if (last == null || table.collection().encode(last).compareTo(end) >= 0) {
                return changed;
            }
            rest = KeyRange.all().after(last);
        }
    }

    private Passed next(KeyRange rest, Work<V> work) {
        int lost = 0;
        while (true) {
            int most = rows;
            try {
                TxOptions options = most == 1 ? TxOptions.DEFAULTS : TxOptions.DEFAULTS.attemptsMax(ATTEMPTS);
                Passed passed = space.run(options, tx -> pass(tx, rest, most, work));
                rows = Math.min(ROWS_MAX, 2 * most);
                return passed;
            } catch (ConflictException | DeadlineExceededException inTheWay) {
                lost += most == 1 ? 1 : 0;
                if (lost == PATIENCE) {
                    throw inTheWay;
                }
                rows = Math.max(1, most / SHORTER);
            }
        }
    }

    private Passed pass(Tx tx, KeyRange rest, int most, Work<V> work) {
        List<Entry<V>> batch = tx.entries(table, rest.limit(most)).toList();
        long changed = work.on(tx, batch);
        return new Passed(
                changed,
                batch.size() < most ? null : batch.get(batch.size() - 1).key());
    }
}
