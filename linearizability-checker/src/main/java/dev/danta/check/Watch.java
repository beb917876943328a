package dev.danta.check;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a search of one partition is told and tells while it runs. Told by one thread, read by any: who gives up on a search
 * that does not answer still says how far it got.
 */
final class Watch<I, O> implements Cancellation {
    private final Limits limits;
    private final AtomicReference<@Nullable EngineName> engine = new AtomicReference<>();
    private final AtomicReference<@Nullable Operation<I, O>> furthest = new AtomicReference<>();
    private final AtomicLong configurations = new AtomicLong();

    Watch(Limits limits) {
        this.limits = limits;
    }

    /** Of the whole check, shared with the other partitions. */
    Limits limits() {
        return limits;
    }

    @Override
    public boolean requested() {
        return limits.requested();
    }

    /** The engine that searches. */
    void begun(EngineName name) {
        engine.set(name);
    }

    /** So many distinct configurations were visited. */
    void visited(long count) {
        configurations.setRelease(count);
    }

    /** Everything completed before this operation was explained at least once. */
    void reached(Operation<I, O> operation) {
        Operation<I, O> before = furthest.get();
        if (before == null || before.completedAt() < operation.completedAt()) {
            furthest.setRelease(operation);
        }
    }

    @Nullable
    EngineName engine() {
        return engine.get();
    }

    @Nullable
    Operation<I, O> furthest() {
        return furthest.get();
    }

    long configurations() {
        return configurations.get();
    }

    /** The verdict of a search that a limit has ended. */
    Engine.Verdict<I, O> stopped(Result.Reason reason, String detail) {
        return new Engine.Verdict.Stopped<>(reason, detail, furthest(), configurations());
    }
}
