package dev.danta.client;

/** The deadline passed before anything was asked for that could take effect. */
public final class DeadlineExceededException extends DantaException {
    private static final long serialVersionUID = 1;

    DeadlineExceededException(String message, Facts facts) {
        super(message, null, Outcome.NOT_APPLIED, true, facts);
    }
}
