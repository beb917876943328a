package dev.danta.client;

/**
 * What answers at an endpoint is no node that this client can use: one of another cluster, or of another version of the
 * protocol, or no node of Danta at all. The message says which.
 */
public final class WrongClusterException extends DantaException {
    private static final long serialVersionUID = 1;

    WrongClusterException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, false, facts);
    }
}
