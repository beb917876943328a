package dev.danta.client;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A closure of which somebody waits no longer than until a deadline, whatever it does. Once they have been told that it is
 * late, no attempt in which it runs, or would run, goes on to its commit: what they were told is true.
 */
final class TimedClosure<T extends @Nullable Object> implements TxWork<T, Exception> {
    private final TxWork<T, ?> work;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.BEFORE);

    private enum Stage {
        /** It has not begun. */
        BEFORE,
        /** The application's own code is running. */
        WITHIN,
        /** An attempt is ended, which ends by itself in time. */
        BEHIND,
        LATE
    }

    TimedClosure(TxWork<T, ?> work) {
        this.work = work;
    }

    @Override
    public T run(Tx tx) throws Exception {
        if (!stage.compareAndSet(Stage.BEFORE, Stage.WITHIN) && !stage.compareAndSet(Stage.BEHIND, Stage.WITHIN)) {
            throw late();
        }
        T result;
        try {
            result = work.run(tx);
        } finally {
            stage.compareAndSet(Stage.WITHIN, Stage.BEHIND);
        }
        if (stage.get() == Stage.LATE) {
            throw late();
        }
        return result;
    }

    /** The deadline has passed: what is to be told to who waits; null if an answer is on its way. */
    @Nullable
    DeadlineExceededException onDeadline() {
        Stage before = stage.getAndSet(Stage.LATE);
        return before == Stage.BEFORE || before == Stage.WITHIN ? late() : null;
    }

    private static DeadlineExceededException late() {
        return new DeadlineExceededException(
                "the deadline passed while the transaction's closure was running or waited for a thread: does one block?",
                DantaException.Facts.NONE);
    }
}
