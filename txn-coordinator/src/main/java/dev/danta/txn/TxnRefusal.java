package dev.danta.txn;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Refusal;
import dev.danta.occ.Verdict;
import java.util.List;

/** Why a participant voted NO after looking at the transaction. */
public sealed interface TxnRefusal extends Refusal {
    /** Something read is out of date; the newest versions and values, so that a retry needs no read round. */
    record StaleRead(List<Verdict.Newest> newest) implements TxnRefusal {
        public StaleRead {
            newest = List.copyOf(newest);
        }
    }

    /** An undecided transaction holds a key of this one. */
    record Conflict(Timestamp holder) implements TxnRefusal {}

    /** The body is none that this participant understands. */
    record Malformed() implements TxnRefusal {}
}
