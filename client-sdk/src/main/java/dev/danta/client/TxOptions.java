package dev.danta.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one transaction is to be run. Immutable; begin with {@link Tx#options()}. */
public final class TxOptions {
    static final TxOptions DEFAULTS = new TxOptions(null, Integer.MAX_VALUE);

    private final @Nullable Duration deadline;
    private final int attemptsMax;

    private TxOptions(@Nullable Duration deadline, int attemptsMax) {
        this.deadline = deadline;
        this.attemptsMax = attemptsMax;
    }

    /** All attempts together may take this long; in place of the client's own deadline. */
    public TxOptions deadline(Duration newDeadline) {
        return new TxOptions(Calls.requirePositive("a deadline", newDeadline), attemptsMax);
    }

    /**
     * The closure is run at most this often.
     *
     * @param newAttemptsMax at least 1; 1 means no retry
     */
    public TxOptions attemptsMax(int newAttemptsMax) {
        if (newAttemptsMax < 1) {
            throw new IllegalArgumentException("a transaction is tried at least once, not " + newAttemptsMax);
        }
        return new TxOptions(deadline, newAttemptsMax);
    }

    /** Empty: the client's. */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    public int attemptsMax() {
        return attemptsMax;
    }
}
