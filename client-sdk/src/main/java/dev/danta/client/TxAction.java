package dev.danta.client;

/** A transaction's closure without a result; else like {@link TxWork}. */
@FunctionalInterface
public interface TxAction<X extends Exception> {
    void run(Tx tx) throws X;
}
