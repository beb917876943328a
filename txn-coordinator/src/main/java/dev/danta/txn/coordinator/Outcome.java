package dev.danta.txn.coordinator;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Refusal;
import java.util.List;

/** What became of a transaction. */
public sealed interface Outcome {
    /** Nobody can say yet. */
    record Pending() implements Outcome {}

    /** It takes effect at {@code timestamp}, on every shard. */
    record Committed(Timestamp timestamp, Path path) implements Outcome {}

    /** It never takes effect; {@code refusals} are the reasons that replicas gave, if any. */
    record Aborted(List<Refusal> refusals) implements Outcome {
        public Aborted {
            refusals = List.copyOf(refusals);
        }
    }

    /** It has been forgotten before its outcome was learned. */
    record Forgotten() implements Outcome {}

    /** How a commit was settled. */
    enum Path {
        /** One round trip: every replica of every participant agreed. */
        FAST,
        /** Two round trips: at least one participant needed acknowledgements of a Finalize. */
        SLOW,
        /** Somebody else settled it. */
        SETTLED
    }
}
