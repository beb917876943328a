package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.txn.FeedOutput.Change;
import dev.danta.check.txn.FeedOutput.Polled;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A feed of changes is complete: whoever follows it from the beginning gets every acknowledged change, at least once, those
 * of one key in their order, and nothing that never happened; if changes are there no longer it is told so, and gets the
 * present values in their place. Which changes follow a poll, its cursor says: a reader goes on where an answer has ended,
 * or again where an earlier one had, and then gets all that came after it again. A reader that begins at a cursor that the history does not know is owed an order and no
 * more.
 *
 * <p>What is before what in a key is known by versions, or by real time. A change that is not shown is missed as soon as one
 * that certainly came later is shown, or by a <em>final</em> poll: one that was asked when all changes were over and
 * everybody had time to hear of them, and whose answer goes to their end.
 *
 * <p>Linear in the changes that were shown, besides sorting; each final poll costs one look at all changes, and each time a
 * reader goes back, or goes on where another was, one look at what it had got there. Stateless and thread-safe.
 */
public final class FeedCheck {
    private final FeedChanges changes;
    private final Faults<FeedInput, FeedOutput> faults = new Faults<>(new Words());
    private final Map<Long, Reader> byProcess = new HashMap<>();
    private final Map<String, Reader> byCursor = new HashMap<>();
    private int polls;

    private FeedCheck(FeedChanges changes) {
        this.changes = changes;
    }

    /**
     * Judges a history.
     *
     * @param aborted puts that certainly did not happen
     * @return unknown (vacuous) if nobody has polled
     * @throws MalformedHistoryException if a value is put twice under one key and answers have no versions
     */
    public static TxnVerdict<FeedInput, FeedOutput> check(
            History<FeedInput, FeedOutput> history, List<Operation<FeedInput, FeedOutput>> aborted) {
        long startNanos = System.nanoTime();
        FeedCheck check = new FeedCheck(new FeedChanges(history.operations(), aborted));
        for (Operation<FeedInput, FeedOutput> operation : history.operations()) {
            if (operation.input() instanceof FeedInput.Poll poll && operation.output() instanceof Polled polled) {
                check.take(operation, poll, polled);
            }
        }
        return TxnVerdict.of(
                history,
                Consistency.SESSION,
                check.faults.at(Consistency.SESSION),
                check.polls == 0 ? "nobody has polled" : null,
                check.polls,
                startNanos);
    }

    /** Operations on a feed in words. */
    private static final class Words extends TxnWords<FeedInput, FeedOutput> {
        @Override
        String describe(FeedInput input, @Nullable FeedOutput output) {
            return "{" + input + " -> " + (output == null ? "unknown" : output) + "}";
        }

        @Override
        String sentence(Cycle.Step step, String from, String to) {
            throw new IllegalStateException("feeds are judged without cycles");
        }
    }

    /** Who follows the feed, and what it has got. */
    private final class Reader {
        /** Where it went on from, and how much it had got there; all of that is remembered there. */
        private final @Nullable Reader origin;

        private final int begin;
        /** What it got since, in that order; what a present value stood for, as its complement. */
        private final List<Integer> log = new ArrayList<>();
        /** For each cursor that it was answered since, how much it had got then. */
        private final Map<String, Integer> cursors = new HashMap<>();

        private final BitSet got = new BitSet();
        private final Map<FeedChanges.Key, Progress> progress = new HashMap<>();
        /** How much it had got when it was owed everything; never, if it began anywhere. */
        private int owedSince;

        private @Nullable String cursor;

        Reader(boolean owedAll) {
            origin = null;
            begin = 0;
            owedSince = owedAll ? 0 : Integer.MAX_VALUE;
        }

        /** One that has got as much as another had at a cursor that it knows. */
        Reader(Reader origin, String cursor) {
            this.origin = origin;
            this.begin = origin.had(cursor);
            this.owedSince = origin.owedSince;
            this.cursor = cursor;
            for (int entry : origin.first(begin)) {
                take(entry);
            }
        }

        int size() {
            return begin + log.size();
        }

        boolean isOwedAll() {
            return size() >= owedSince;
        }

        /** How much it had got when it was answered this cursor, or -1 if it never was. */
        int had(String asked) {
            int most = Integer.MAX_VALUE;
            for (Reader reader = this; reader != null; reader = reader.origin) {
                int then = reader.cursors.getOrDefault(asked, -1);
                if (then >= 0 && then <= most) {
                    return then;
                }
                most = Math.min(most, reader.begin);
            }
            return -1;
        }

        /** The first so many entries. */
        private List<Integer> first(int count) {
            List<List<Integer>> parts = new ArrayList<>();
            int most = count;
            for (Reader reader = this; reader != null; reader = reader.origin) {
                parts.add(reader.log.subList(0, Math.max(0, most - reader.begin)));
                most = Math.min(most, reader.begin);
            }
            List<Integer> entries = new ArrayList<>(count);
            for (int part = parts.size() - 1; part >= 0; part--) {
                entries.addAll(parts.get(part));
            }
            return entries;
        }

        private void take(int entry) {
            if (entry < 0) {
                got.set(~entry);
            } else {
                advance(entry, null);
            }
        }

        private Progress progress(int put) {
            return progress.computeIfAbsent(changes.key(put), k -> new Progress());
        }

        /** Gets a change. Of what is wrong with that the poll is blamed, if there is one. */
        void get(int put, @Nullable Operation<FeedInput, FeedOutput> poll) {
            int newest = progress(put).newest;
            if (poll != null && newest >= 0 && changes.isBefore(put, newest)) {
                outOfOrder(poll, put, newest);
            }
            log.add(put);
            advance(put, poll);
        }

        private void advance(int put, @Nullable Operation<FeedInput, FeedOutput> poll) {
            Progress so = progress(put);
            got.set(put);
            so.newest = so.newest < 0 || changes.first(put) > changes.first(so.newest) ? put : so.newest;
            List<Integer> acknowledged = changes.key(put).acknowledged();
            while (so.passed < acknowledged.size() && changes.isBefore(acknowledged.get(so.passed), so.newest)) {
                int before = acknowledged.get(so.passed++);
                if (poll != null && isOwedAll() && !got.get(before)) {
                    skipped(poll, before, put);
                }
            }
        }

        /** A present value stands for all that may have come before it. */
        void supersede(int put) {
            for (int other : changes.key(put).acknowledged()) {
                if (!changes.isBefore(put, other)) {
                    superseded(other);
                }
            }
            Progress so = progress(put);
            so.newest = FeedChanges.NONE;
            get(put, null);
        }

        private void superseded(int put) {
            log.add(~put);
            got.set(put);
        }

        /** Got the cursor from which to go on. */
        void goOn(@Nullable String from) {
            cursor = from;
            if (from != null) {
                cursors.put(from, size());
            }
        }
    }

    /** How far a reader is with one key. */
    private static final class Progress {
        /** The put that it got whose first possible place is the last; what comes now is not before it. */
        private int newest = FeedChanges.NONE;
        /** So many acknowledged puts were before something that it got. */
        private int passed;
    }

    private void take(Operation<FeedInput, FeedOutput> operation, FeedInput.Poll poll, Polled polled) {
        polls++;
        Reader reader = reader(operation.process(), poll.cursor());
        for (Change change : polled.changes()) {
            int put = judged(operation, change);
            if (put == FeedChanges.UNCLEAR) {
                changes.alike(change).forEach(reader::superseded);
            } else if (put >= 0 && polled.reset()) {
                reader.supersede(put);
            } else if (put >= 0) {
                reader.get(put, operation);
            }
        }
        if (polled.reset() && !reader.isOwedAll()) {
            reader.owedSince = reader.size();
        }
        String cursor = polled.cursor();
        reader.goOn(cursor);
        if (cursor != null) {
            byCursor.put(cursor, reader);
        }
        if (poll.last() && reader.isOwedAll()) {
            judgeEnd(operation, reader);
        }
    }

    /** Who goes on from this cursor: where this process was, or else where any was. */
    private Reader reader(long process, @Nullable String cursor) {
        Reader reader = byProcess.get(process);
        if (cursor == null) {
            reader = new Reader(true);
        } else if (reader == null || !cursor.equals(reader.cursor)) {
            Reader before = reader != null && reader.had(cursor) >= 0 ? reader : byCursor.get(cursor);
            reader = before == null ? new Reader(false) : new Reader(before, cursor);
        }
        byProcess.put(process, reader);
        return reader;
    }

    /** The put that a change shows, unless there is something wrong with it. */
    private int judged(Operation<FeedInput, FeedOutput> poll, Change change) {
        int put = changes.of(change);
        if (put == FeedChanges.UNCLEAR) {
            return put;
        }
        Operation<FeedInput, FeedOutput> failed = changes.failed(change);
        if (put == FeedChanges.NONE) {
            faults.add(
                    Anomaly.Kind.GARBAGE_READ,
                    failed == null ? List.of(poll) : List.of(poll, failed),
                    "T1 got " + change
                            + (failed == null
                                    ? ", which nobody was asked to put"
                                    : ", which T2 was asked to put, and T2 failed"));
        } else if (changes.put(put).invokedAt() > poll.completedAt()) {
            faults.add(
                    Anomaly.Kind.GARBAGE_READ,
                    List.of(poll, changes.put(put)),
                    "T1 got " + change + ", which T2 was asked to put only afterwards");
            return FeedChanges.NONE;
        }
        return put;
    }

    private void outOfOrder(Operation<FeedInput, FeedOutput> poll, int put, int newest) {
        faults.add(
                Anomaly.Kind.CHANGE_OUT_OF_ORDER,
                List.of(poll, changes.put(put), changes.put(newest)),
                "T1 got what T2 had put (" + value(put) + ") after what T3 had put (" + value(newest) + "), but "
                        + order("T2", put, "T3", newest));
    }

    private void skipped(Operation<FeedInput, FeedOutput> poll, int before, int put) {
        faults.add(
                Anomaly.Kind.SKIPPED_CHANGE,
                List.of(poll, changes.put(before), changes.put(put)),
                "T1 got what T3 had put (" + value(put) + ") and its reader never what T2 had put (" + value(before)
                        + "), but " + order("T2", before, "T3", put));
    }

    private String value(int put) {
        return changes.asked(put).key() + " = " + changes.asked(put).value();
    }

    private String order(String one, int before, String other, int after) {
        return changes.first(before) == changes.last(before)
                ? one + " wrote version " + changes.first(before) + " and " + other + " version " + changes.first(after)
                : one + " was answered (" + TxnWords.answered(changes.put(before)) + ") before " + other
                        + " was asked (" + TxnWords.asked(changes.put(after)) + ")";
    }

    private void judgeEnd(Operation<FeedInput, FeedOutput> poll, Reader reader) {
        for (FeedChanges.Key key : changes.keys()) {
            for (int put : key.acknowledged()) {
                if (!reader.got.get(put) && changes.put(put).completedAt() < poll.invokedAt()) {
                    faults.add(
                            Anomaly.Kind.MISSING_CHANGE,
                            List.of(poll, changes.put(put)),
                            "T2 was acknowledged (" + TxnWords.answered(changes.put(put)) + ") before T1 was asked ("
                                    + TxnWords.asked(poll) + "), but the reader of T1 never got " + value(put));
                }
            }
        }
    }
}
