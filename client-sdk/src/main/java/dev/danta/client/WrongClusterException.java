package dev.danta.client;

/** The nodes at these endpoints belong to another cluster than the one that was asked for. */
public final class WrongClusterException extends DantaException {
    private static final long serialVersionUID = 1;

    WrongClusterException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, false, facts);
    }
}
