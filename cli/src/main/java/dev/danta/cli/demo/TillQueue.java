package dev.danta.cli.demo;

import java.util.concurrent.Semaphore;

/**
 * Lets the tills of one client sell one after the other, in the order in which they came. All of them want the same
 * record: at most one transaction of those that are under way at the same time can commit, so what queues here would
 * otherwise only be refused there. Once the client has read a stock of nothing there is nothing to queue for.
 */
final class TillQueue {
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

    void leave(boolean queued, boolean nowSoldOut) {
        if (nowSoldOut) {
            soldOut = true;
        }
        if (queued) {
            turn.release();
        }
    }
}
