package dev.danta.client.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Runs single-threaded work without a thread of its own: whoever brings an input and finds nobody at work does all that
 * has gathered (combining, as in Hendler et al., "Flat combining", SPAA 2010, with a queue in place of a publication
 * list). A hand-over to a dedicated thread would cost a wake-up each time.
 *
 * <p>Invariant: inputs are worked on by one thread at a time, in the order in which they entered the queue, and none is
 * left behind: who leaves either sees an empty queue, or somebody else at work, or hands over.
 */
final class Combiner<I> {
    private final ConcurrentLinkedQueue<I> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final int batchMax;
    private final int roundsMax;
    private final Function<List<I>, List<Runnable>> work;
    private final Runnable handOver;

    /**
     * Begins idle.
     *
     * @param batchMax inputs of one call of {@code work}; high saves commits and flushes, low answers sooner
     * @param roundsMax batches that one caller does for everybody before it may go
     * @param work called by one thread at a time; what it returns is run after that by the same thread, when others may
     *     already be at work again
     * @param handOver called when a caller leaves with work undone: somebody must call {@link #drain()} soon
     */
    Combiner(int batchMax, int roundsMax, Function<List<I>, List<Runnable>> work, Runnable handOver) {
        this.batchMax = batchMax;
        this.roundsMax = roundsMax;
        this.work = work;
        this.handOver = handOver;
    }

    void submit(I input) {
        inbox.add(input);
        drain();
    }

    void submitAll(Collection<? extends I> inputs) {
        inbox.addAll(inputs);
        drain();
    }

    /** Works until nothing is left, somebody else is at work, or {@code roundsMax} batches were done. */
    void drain() {
        for (int round = 0; round < roundsMax; round++) {
            if (inbox.isEmpty() || !busy.compareAndSet(false, true)) {
                return;
            }
            List<Runnable> afterwards;
            try {
                List<I> batch = takeBatch();
                afterwards = batch.isEmpty() ? List.of() : work.apply(batch);
            } finally {
                busy.set(false);
            }
            afterwards.forEach(Runnable::run);
        }
        if (!inbox.isEmpty()) {
            handOver.run();
        }
    }

    private List<I> takeBatch() {
        List<I> batch = new ArrayList<>();
        while (batch.size() < batchMax) {
            I next = inbox.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        return batch;
    }
}
