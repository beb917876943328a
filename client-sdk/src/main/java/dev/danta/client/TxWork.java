package dev.danta.client;

import org.jspecify.annotations.Nullable;

/**
 * A transaction's closure with a result. It may be run several times and must have no effect but through its {@link Tx};
 * side effects belong in {@link Tx#afterCommit}.
 *
 * @param <X> what it may throw: that aborts the transaction, is never retried and reaches the caller unchanged
 */
@FunctionalInterface
public interface TxWork<T extends @Nullable Object, X extends Exception> {
    T run(Tx tx) throws X;
}
