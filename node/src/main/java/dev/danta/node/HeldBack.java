package dev.danta.node;

import dev.danta.wire.transport.ClientSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the {@link HeldQuestions} of all shards of a node share: how many there may be, and the one thread that looks after them.
 * Thread-safe.
 */
final class HeldBack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeldBack.class);

    /** Questions held back at a time; each is some hundred bytes, and is looked at whenever its shard's log has grown. */
    static final int HELD_MAX = 10_000;

    /** Of one connection. A client has one for each of its feeds and each shard that it follows here. */
    static final int HELD_OF_SESSION_MAX = 1_000;

    private final AtomicInteger held = new AtomicInteger();
    private final Map<ClientSession, Integer> bySession = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor thread;

    HeldBack(int node) {
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread one = new Thread(task, "danta-" + node + "-feeds");
            one.setDaemon(true);
            return one;
        });
        this.thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.thread.setRemoveOnCancelPolicy(true);
    }

    /** Whether there is room for one more question of {@code session}; then it is counted until {@link #left}. */
    boolean enter(ClientSession session) {
        if (held.incrementAndGet() > HELD_MAX) {
            held.decrementAndGet();
            return false;
        }
        if (bySession.merge(session, 1, Integer::sum) > HELD_OF_SESSION_MAX) {
            left(session);
            return false;
        }
        return true;
    }

    /** One question of {@code session} is not held back any more. */
    void left(ClientSession session) {
        held.decrementAndGet();
        bySession.computeIfPresent(session, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Whether some question of {@code session} may be held back. */
    boolean hasOf(ClientSession session) {
        return bySession.containsKey(session);
    }

    /** How many turns are to run at some time. */
    int planned() {
        return thread.getQueue().size();
    }

    /** Runs {@code turn} on the one thread, unless it is cancelled before; null, and not at all, if that thread has ended. */
    @Nullable
    Future<?> after(long nanos, Runnable turn) {
        try {
            return thread.schedule(() -> guarded(turn), nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("nobody looks after questions that are held back any more");
            return null;
        }
    }

    private static void guarded(Runnable turn) {
        try {
            turn.run();
        } catch (RuntimeException bug) {
            LOG.error("questions about changes are answered late: a bug", bug);
        }
    }

    /** Looks after nothing more; does not wait. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
