package dev.danta.check.history;

import dev.danta.check.History;
import dev.danta.check.Operation;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records the calls of a running program as a history.
 *
 * <p>Each caller asks for a {@link Client} of its own and tells it when a call begins and how it ends:
 *
 * <pre>{@code
 * HistoryRecorder<Input, Output> recorder = new HistoryRecorder<>();
 * HistoryRecorder.Client<Input, Output> client = recorder.client();
 * HistoryRecorder.Call<Output> call = client.invoke(new Input.Get("a"));
 * call.ok(new Output.Value(table.get("a")));
 * }</pre>
 *
 * <p>The stamp of an invocation is taken before {@code invoke} returns, so before the call can be made; that of a
 * completion when {@code ok} is entered, so after the answer was there. A wider interval only weakens the check; a
 * narrower one would find faults that are not there. All stamps come from one source, {@link System#nanoTime} unless
 * another one is given.
 *
 * <p>A process whose operation ends with an unknown outcome never appears again: its client goes on under a new number
 * by itself.
 *
 * <p>The recorder and its clients are thread-safe. Clients do not wait for one another. A call may be completed by
 * another thread than the one that invoked it; a client has one open call at a time.
 */
public final class HistoryRecorder<I, O> {
    /** The most operations that one recorder takes by default. */
    public static final int OPERATIONS_MAX = 10_000_000;

    private final LongSupplier clock;
    private final int operationsMax;
    private final AtomicLong processes = new AtomicLong();
    private final AtomicInteger invoked = new AtomicInteger();
    private final Queue<Client<I, O>> clients = new ConcurrentLinkedQueue<>();

    /** A recorder by {@link System#nanoTime}. */
    public HistoryRecorder() {
        this(System::nanoTime, OPERATIONS_MAX);
    }

    /**
     * A recorder by another clock.
     *
     * @param clock never goes back, from no thread's view; a counter that grows with every reading is the sharpest clock
     *     for a simulation in one thread, because operations that meet in one stamp count as concurrent
     * @param operationsMax the most operations to take, positive
     */
    public HistoryRecorder(LongSupplier clock, int operationsMax) {
        if (operationsMax < 1) {
            throw new IllegalArgumentException("operationsMax must be positive: " + operationsMax);
        }
        this.clock = clock;
        this.operationsMax = operationsMax;
    }

    /** A new caller. */
    public Client<I, O> client() {
        Client<I, O> client = new Client<>(this);
        clients.add(client);
        return client;
    }

    /**
     * Everything recorded up to now. Calls that are still open are of unknown outcome; they may be completed later all
     * the same, for a later history.
     */
    public History<I, O> history() {
        // Clients go on while others are asked. What began after this stamp is left out everywhere, or else a client
        // asked late could show the effect of a call that one asked early had not yet made.
        long cut = clock.getAsLong();
        List<Operation<I, O>> operations = new ArrayList<>();
        for (Client<I, O> client : clients) {
            client.addTo(operations, cut);
        }
        return History.of(operations);
    }

    /**
     * The operations that have failed up to now, without answers: no part of the history, but whoever judges transactions looks
     * for what should not be seen of them.
     */
    public List<Operation<I, O>> aborted() {
        List<Operation<I, O>> operations = new ArrayList<>();
        for (Client<I, O> client : clients) {
            client.addAbortedTo(operations);
        }
        return operations;
    }

    private void admit() {
        if (invoked.incrementAndGet() > operationsMax) {
            invoked.decrementAndGet();
            throw new IllegalStateException("the recorder is full: " + operationsMax + " operations");
        }
    }

    /** One caller: at most one open call at a time. */
    public static final class Client<I, O> {
        private final HistoryRecorder<I, O> recorder;
        private final List<Operation<I, O>> completed = new ArrayList<>();
        private final List<Operation<I, O>> aborted = new ArrayList<>();
        private long process;
        private @Nullable Pending<I, O> open;

        private Client(HistoryRecorder<I, O> recorder) {
            this.recorder = recorder;
            this.process = recorder.processes.getAndIncrement();
        }

        /**
         * A call is about to be made.
         *
         * @throws IllegalStateException if this client's call before is still open, or the recorder is full
         */
        public synchronized Call<O> invoke(I input) {
            if (open != null) {
                throw new IllegalStateException(
                        "process " + process + " invokes " + input + " while its " + open.input + " is open");
            }
            recorder.admit();
            Pending<I, O> call = new Pending<>(this, process, input, recorder.clock.getAsLong());
            open = call;
            // The call that follows must not begin before the stamp is taken.
            VarHandle.fullFence();
            return call;
        }

        private synchronized void close(Pending<I, O> call, @Nullable O output, boolean happened, long at) {
            if (open != call) {
                throw new IllegalStateException("process " + call.process + " completes " + call.input + " twice");
            }
            open = null;
            if (output != null) {
                completed.add(Operation.known(call.process, call.input, output, call.invokedAt, at));
            } else if (happened) {
                completed.add(Operation.unknown(call.process, call.input, call.invokedAt));
                process = recorder.processes.getAndIncrement();
            } else {
                aborted.add(Operation.unknown(call.process, call.input, call.invokedAt));
            }
        }

        private synchronized void addAbortedTo(List<Operation<I, O>> operations) {
            operations.addAll(aborted);
        }

        private synchronized void addTo(List<Operation<I, O>> operations, long cut) {
            for (Operation<I, O> operation : completed) {
                if (operation.completedAt() <= cut) {
                    operations.add(operation);
                } else if (operation.invokedAt() <= cut) {
                    operations.add(Operation.unknown(operation.process(), operation.input(), operation.invokedAt()));
                }
            }
            if (open != null && open.invokedAt <= cut) {
                operations.add(Operation.unknown(open.process, open.input, open.invokedAt));
            }
        }
    }

    /** An open call: exactly one of these ends it. */
    public sealed interface Call<O> {
        /** It happened, and this is the answer. */
        void ok(O output);

        /** It certainly did not happen and never will; it is left out of the history, and kept in {@link #aborted}. */
        void fail();

        /** Nobody knows whether it happened or still will. */
        void unknown();
    }

    private static final class Pending<I, O> implements Call<O> {
        private final Client<I, O> client;
        private final long process;
        private final I input;
        private final long invokedAt;

        private Pending(Client<I, O> client, long process, I input, long invokedAt) {
            this.client = client;
            this.process = process;
            this.input = input;
            this.invokedAt = invokedAt;
        }

        @Override
        public void ok(O output) {
            // The stamp must not be taken before the answer was there.
            VarHandle.fullFence();
            client.close(this, output, true, client.recorder.clock.getAsLong());
        }

        @Override
        public void fail() {
            client.close(this, null, false, 0);
        }

        @Override
        public void unknown() {
            client.close(this, null, true, 0);
        }
    }
}
