package dev.danta.sim.workload;

import dev.danta.ir.id.Timestamp;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import java.util.List;
import java.util.function.Consumer;

/** A client as a script sees it. Answers never come within the call that asked, but of a dead one. */
public interface Caller {
    /** Asks; {@code then} gets the one answer, by the deadline. */
    void call(ClientCall call, long deadlineNanos, Consumer<CallOutcome> then);

    /** Does {@code then} after a while; never, if the client is dead then. */
    void after(long nanos, Runnable then);

    /** A dead one answers what is open with "unknown", and nothing any more after that. */
    boolean isAlive();

    /** The ids of the last few transactions that it has proposed: it may have told others before it died. */
    List<Timestamp> lastProposed();

    /** Whether first attempts begin with what the client remembers, in place of asking. */
    boolean isCaching();

    /** The world's time, for histories. */
    long nowNanos();

    /** What this client's clock on the wall shows, in microseconds since 1970: off, drifting, and stepping. */
    long wallMicros();
}
