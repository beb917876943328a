package dev.danta.client;

/** A collection is used otherwise than it was declared. Nothing took effect. */
public final class ModeMismatchException extends DantaException {
    private static final long serialVersionUID = 1;

    ModeMismatchException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, false, facts);
    }
}
