package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Write;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes idempotency records that were kept as long as they are to be, a bounded number at a time, each batch by one strict
 * transaction that has read what it deletes.
 *
 * <p>How old a record is, the client's clock says, and that may be wrong. So the judgement is given a timestamp of this
 * client first, and the transaction's id comes after it: replicas refuse an id that is too far ahead of their own clocks.
 */
final class Cleaning {
    private final RangeReads rangeReads;
    private final HybridClock clock;
    private final Transactions transactions;

    Cleaning(RangeReads rangeReads, HybridClock clock, Transactions transactions) {
        this.rangeReads = rangeReads;
        this.clock = clock;
        this.transactions = transactions;
    }

    void clean(Turn turn, long call, ClientCall.CleanRequests clean, long deadlineNanos) {
        turn.open(call, deadlineNanos, at -> late(at, call, clean.range()));
        ClientCall.ReadRange read = new ClientCall.ReadRange(clean.range(), clean.limit());
        rangeReads.find(turn, call, read, (later, found) -> onFound(later, call, found));
    }

    private void onFound(Turn turn, long call, CallOutcome.RangeFound found) {
        if (!turn.isOpen(call)) {
            return;
        }
        Timestamp judgedAt = clock.next(turn.now());
        List<Read> reads = new ArrayList<>();
        List<Write> deletions = new ArrayList<>();
        for (Verdict.Newest one : found.found()) {
            if (IdempotencyRecord.isOver(one.version(), judgedAt)) {
                reads.add(Read.of(one.key(), one.version()));
                deletions.add(new Write(one.key(), null));
            }
        }
        boolean begun = !deletions.isEmpty()
                && transactions.prepare(
                        turn,
                        call,
                        new ClientCall.Commit(reads, List.of(), deletions),
                        (later, outcome) -> finish(
                                later,
                                call,
                                outcome instanceof CallOutcome.Committed ? deletions.size() : 0,
                                found.rest()));
        if (!begun) {
            finish(turn, call, 0, found.rest());
        }
    }

    private static void finish(Turn turn, long call, int deleted, @Nullable KeyRange rest) {
        turn.finish(call, new CallOutcome.Cleaned(deleted, rest));
    }

    private CallOutcome late(Turn turn, long call, KeyRange range) {
        rangeReads.forget(turn, call);
        transactions.abandon(turn, call);
        return new CallOutcome.Cleaned(0, range);
    }
}
