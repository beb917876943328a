package dev.danta.cli.demo;

import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets the tills of one client sell one after the other, in the order in which they came. All of them want the same
 * record: at most one transaction of those that are under way at the same time can commit, so what queues here would
 * otherwise only be refused there. Once the client has read a stock of nothing there is nothing to queue for.
 *
 * <p>After a sale the next till waits a moment: the client that sold last knows the newest stock without asking, and would
 * win again and again while the buyers of the others wait.
 */
final class TillQueue {
    private static final long MOMENT_NANOS_MAX = 2_000_000;

    private final Semaphore turn = new Semaphore(1, true);
    private volatile boolean soldOut;

    /** Waits for the turn, if there is anything to wait for; says whether it did, for {@link #leave}. */
    boolean enter() {
        if (soldOut) {
            return false;
        }
        turn.acquireUninterruptibly();
        return true;
    }

    /** Lets the next one in, after {@code answer}. */
    void leave(boolean queued, Purchase.Answer answer, SplittableRandom random) {
        if (answer == Purchase.Answer.SOLD_OUT) {
            soldOut = true;
        }
        if (queued) {
            if (answer == Purchase.Answer.BOUGHT) {
                LockSupport.parkNanos(random.nextLong(MOMENT_NANOS_MAX));
            }
            turn.release();
        }
    }
}
