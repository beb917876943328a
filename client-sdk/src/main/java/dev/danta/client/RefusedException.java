package dev.danta.client;

/** Replicas refused an update, for the reasons that the message names, such as a key that holds another type. */
public final class RefusedException extends DantaException {
    private static final long serialVersionUID = 1;

    RefusedException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, false, facts);
    }
}
