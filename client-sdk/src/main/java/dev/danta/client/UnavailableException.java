package dev.danta.client;

/** Fewer nodes than needed can be reached. Nothing took effect. */
public final class UnavailableException extends DantaException {
    private static final long serialVersionUID = 1;

    UnavailableException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, true, facts);
    }
}
