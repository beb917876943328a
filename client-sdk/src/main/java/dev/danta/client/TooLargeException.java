package dev.danta.client;

/** A key, a value or a transaction is over its limit, which the message names. Nothing was sent. */
public final class TooLargeException extends DantaException {
    private static final long serialVersionUID = 1;

    TooLargeException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, false, facts);
    }
}
