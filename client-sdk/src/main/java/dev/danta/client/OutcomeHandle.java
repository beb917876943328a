package dev.danta.client;

import dev.danta.ir.id.Timestamp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks what became of a transaction whose outcome was not known by its deadline. Its string can be kept and given to
 * {@link DantaClient#outcomeOf}. Thread-safe.
 */
public final class OutcomeHandle {
    private final Calls calls;
    private final @Nullable Timestamp txn;

    OutcomeHandle(Calls calls, @Nullable Timestamp txn) {
        this.calls = calls;
        this.txn = txn;
    }

    /**
     * Waits for the outcome. {@link Outcome#UNKNOWN} if it is not known by then, if it was a relaxed update (of which only
     * its replicas know), or if the transaction was another client's or an earlier process's.
     *
     * @throws DantaException if the client can ask for no more at the moment
     */
    public Outcome resolve(Duration deadline) {
        Calls.requirePositive("a deadline", deadline);
        return txn == null ? Outcome.UNKNOWN : calls.awaitOutcome(txn, deadline);
    }

    /** The transaction's id; empty for a relaxed update. */
    @Override
    public String toString() {
        return txn == null ? "" : txn.toString();
    }
}
