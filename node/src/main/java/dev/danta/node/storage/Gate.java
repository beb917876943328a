package dev.danta.node.storage;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Keeps everybody out of an environment that is being remapped or closed: many are inside at a time, or one has it shut.
 * Who is inside must not shut it.
 */
final class Gate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    <T> T inside(Supplier<T> work) {
        lock.readLock().lock();
        try {
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Waits until nobody is inside, and lets nobody in until {@code work} is done. */
    void shut(Runnable work) {
        lock.writeLock().lock();
        try {
            work.run();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
