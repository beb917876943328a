package dev.danta.client;

import dev.danta.ir.id.Bytes;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one transaction is to be run. Immutable; begin with {@link Tx#options()}. */
public final class TxOptions {
    /** What was done under an idempotency key is remembered for a day, unless it is said otherwise. */
    public static final Duration KEPT_FOR = Duration.ofDays(1);

    /** And never for less than this: far longer than clocks are wrong and attempts are under way. */
    public static final Duration KEPT_FOR_MIN = Duration.ofHours(1);

    /** And never for longer than this. */
    public static final Duration KEPT_FOR_MAX = Duration.ofDays(3_650);

    static final TxOptions DEFAULTS = new TxOptions(null, Integer.MAX_VALUE, null, Bytes.EMPTY, KEPT_FOR);

    private final @Nullable Duration deadline;
    private final int attemptsMax;
    private final @Nullable String idempotencyKey;
    private final Bytes fingerprint;
    private final Duration keptFor;

    private TxOptions(
            @Nullable Duration deadline,
            int attemptsMax,
            @Nullable String idempotencyKey,
            Bytes fingerprint,
            Duration keptFor) {
        this.deadline = deadline;
        this.attemptsMax = attemptsMax;
        this.idempotencyKey = idempotencyKey;
        this.fingerprint = fingerprint;
        this.keptFor = keptFor;
    }

    /** All attempts together may take this long; in place of the client's own deadline. */
    public TxOptions deadline(Duration newDeadline) {
        return new TxOptions(
                Calls.requirePositive("a deadline", newDeadline), attemptsMax, idempotencyKey, fingerprint, keptFor);
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
        return new TxOptions(deadline, newAttemptsMax, idempotencyKey, fingerprint, keptFor);
    }

    /**
     * The transaction takes effect once, however often it is run with this key in its space, by any client: its result is
     * kept with the key, and whoever runs it again gets that result, without the closure being run. So what ended with
     * {@link OutcomeUnknownException}, or with the end of a process, may be run again.
     *
     * <p>What the closure itself threw is not kept: it did not take effect. What follows a commit ({@link Tx#afterCommit})
     * does not follow a repetition.
     *
     * @param newIdempotencyKey at least one character; the same for the same request, and for no other
     */
    public TxOptions idempotencyKey(String newIdempotencyKey) {
        if (Given.notNull("an idempotency key", newIdempotencyKey).isEmpty()) {
            throw new IllegalArgumentException("an idempotency key has at least one character");
        }
        return new TxOptions(deadline, attemptsMax, newIdempotencyKey, fingerprint, keptFor);
    }

    /**
     * What is asked for under the idempotency key, so that another request under the same key is found out: it ends with an
     * {@link IdempotencyMismatchException}. Of these only a hash is kept.
     *
     * @param parts each a {@link String}, {@link Long}, {@link Integer} (the same as the long), {@link Boolean}, {@code
     *     byte[]} or null, in a fixed order
     * @throws IllegalArgumentException if one is of another type
     */
    public TxOptions request(@Nullable Object... parts) {
        return new TxOptions(deadline, attemptsMax, idempotencyKey, Fingerprint.of(parts), keptFor);
    }

    /**
     * How long the result is kept at least; a day unless it is said otherwise. A repetition that comes later may be taken for
     * a new request.
     *
     * @param newKeptFor from {@link #KEPT_FOR_MIN} to {@link #KEPT_FOR_MAX}
     */
    public TxOptions keptFor(Duration newKeptFor) {
        Given.notNull("a time for which a result is kept", newKeptFor);
        if (newKeptFor.compareTo(KEPT_FOR_MIN) < 0 || newKeptFor.compareTo(KEPT_FOR_MAX) > 0) {
            throw new IllegalArgumentException("what was done under an idempotency key is kept for " + KEPT_FOR_MIN
                    + " to " + KEPT_FOR_MAX + ", not for " + newKeptFor);
        }
        return new TxOptions(deadline, attemptsMax, idempotencyKey, fingerprint, newKeptFor);
    }

    /** Empty: the client's. */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    public int attemptsMax() {
        return attemptsMax;
    }

    /** Empty: a repetition takes effect again. */
    public Optional<String> idempotencyKey() {
        return Optional.ofNullable(idempotencyKey);
    }

    Bytes fingerprint() {
        return fingerprint;
    }

    /** How long the result is kept, if there is an idempotency key. */
    public Duration keptFor() {
        return keptFor;
    }
}
