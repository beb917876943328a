package dev.danta.node;

import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.txn.recovery.SweepingReplica;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for a shard's thread: filled by many, emptied by one. Bounded in messages and in bytes. What may be refused is
 * refused when the bound is reached; what settles transactions under way ends holds and makes room, so it gets as much
 * again, and beyond that it is dropped, which is a loss like any other on the way here.
 */
final class Inbox {
    private final int messagesMax;
    private final long bytesMax;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private boolean closed;
    private long dropped;
    private long refused;

    private record Entry(SweepingReplica.Input input, long bytes) {}

    Inbox(int messagesMax, long bytesMax) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    /** Takes what fits, in its order, and returns what it refuses; what is dropped is not returned. Never blocks long. */
    List<Envelope> offer(List<Envelope> envelopes) {
        List<Envelope> turnedAway = new ArrayList<>(0);
        lock.lock();
        try {
            boolean wasEmpty = entries.isEmpty();
            for (Envelope envelope : envelopes) {
                long weight = Weight.of(envelope.message());
                if (fits(weight, 1)) {
                    add(envelope, weight);
                } else if (isRefusable(envelope.message())) {
                    turnedAway.add(envelope);
                    refused++;
                } else if (fits(weight, 2)) {
                    add(envelope, weight);
                } else {
                    dropped++;
                }
            }
            if (wasEmpty && !entries.isEmpty()) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        return turnedAway;
    }

    private boolean fits(long weight, int share) {
        return !closed && entries.size() < (long) share * messagesMax && bytes + weight <= share * bytesMax;
    }

    private void add(Envelope envelope, long weight) {
        entries.add(new Entry(new SweepingReplica.Input.Received(envelope), weight));
        bytes += weight;
    }

    private static boolean isRefusable(IrMessage message) {
        return message instanceof IrMessage.Propose || message instanceof IrMessage.Execute;
    }

    /**
     * Moves at most {@code most} inputs into {@code target}; waits for the first at most {@code patienceNanos}.
     *
     * @return false once the inbox is closed and empty
     */
    boolean drainTo(List<SweepingReplica.Input> target, int most, long patienceNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long patience = patienceNanos;
            while (entries.isEmpty() && !closed && patience > 0) {
                patience = changed.awaitNanos(patience);
            }
            if (entries.isEmpty()) {
                return !closed;
            }
            for (int i = 0; i < most && !entries.isEmpty(); i++) {
                Entry entry = entries.remove();
                bytes -= entry.bytes();
                target.add(entry.input());
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; what is there can still be drained. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more and forgets what is there. */
    void closeEmpty() {
        lock.lock();
        try {
            entries.clear();
            bytes = 0;
            close();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    long refused() {
        lock.lock();
        try {
            return refused;
        } finally {
            lock.unlock();
        }
    }

    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }
}
