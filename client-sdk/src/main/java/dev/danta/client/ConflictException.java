package dev.danta.client;

/** Other transactions were in the way each time, and no more attempts were allowed. Nothing took effect. */
public final class ConflictException extends DantaException {
    private static final long serialVersionUID = 1;

    ConflictException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, true, facts);
    }
}
