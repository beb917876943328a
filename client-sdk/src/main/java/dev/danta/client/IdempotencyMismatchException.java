package dev.danta.client;

/** Another request was done under this idempotency key. Nothing took effect; this one needs a key of its own. */
public final class IdempotencyMismatchException extends DantaException {
    private static final long serialVersionUID = 1;

    IdempotencyMismatchException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, false, facts);
    }
}
