package dev.danta.client;

/** More is under way than is allowed, here or at the nodes. Nothing took effect; try again later. */
public final class OverloadedException extends DantaException {
    private static final long serialVersionUID = 1;

    OverloadedException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, true, facts);
    }
}
