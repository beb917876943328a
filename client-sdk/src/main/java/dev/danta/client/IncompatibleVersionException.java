package dev.danta.client;

/** What answers at an endpoint does not speak this client's version of the protocol. */
public final class IncompatibleVersionException extends DantaException {
    private static final long serialVersionUID = 1;

    IncompatibleVersionException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, false, facts);
    }
}
