package dev.danta.gateway;

/**
 * A transaction of several calls, as its {@link OpenTransactions} know it, who guard all of it.
 *
 * @param <T> what it really is, for the call that has taken it
 */
final class OpenTransaction<T> {
    private final String name;
    private final T tx;
    private final long leaseNanos;
    private final long begunAtNanos;
    private long leaseEndsAtNanos;
    private boolean taken;
    private boolean committing;
    private long bytes;

    OpenTransaction(String name, T tx, long leaseNanos, long nowNanos) {
        this.name = name;
        this.tx = tx;
        this.leaseNanos = leaseNanos;
        this.begunAtNanos = nowNanos;
        this.leaseEndsAtNanos = nowNanos + leaseNanos;
    }

    String name() {
        return name;
    }

    T tx() {
        return tx;
    }

    long leaseNanos() {
        return leaseNanos;
    }

    long ageNanos(long nowNanos) {
        return nowNanos - begunAtNanos;
    }

    /** Zero or less: it is over. */
    long leaseLeftNanos(long nowNanos) {
        return leaseEndsAtNanos - nowNanos;
    }

    boolean isTaken() {
        return taken;
    }

    void take() {
        taken = true;
    }

    /** Whether the call that has taken it commits it. */
    boolean isCommitting() {
        return committing;
    }

    /** The call that has taken it commits it, and never gives it back. */
    void commit() {
        committing = true;
    }

    /** With another lease. */
    void giveBack(long nowNanos) {
        taken = false;
        leaseEndsAtNanos = nowNanos + leaseNanos;
    }

    long bytes() {
        return bytes;
    }

    void add(long moreBytes) {
        bytes += moreBytes;
    }
}
