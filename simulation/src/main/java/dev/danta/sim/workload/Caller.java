package dev.danta.sim.workload;

import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import java.util.function.Consumer;

/** A client as a script sees it. Answers never come within the call that asked. */
public interface Caller {
    /** Asks; {@code then} gets the one answer, by the deadline. */
    void call(ClientCall call, long deadlineNanos, Consumer<CallOutcome> then);

    void after(long nanos, Runnable then);

    /** The world's time, for histories. */
    long nowNanos();
}
