package dev.danta.client;

/** The transaction took effect, but something that was to be done after that ({@link Tx#afterCommit}) threw. */
public final class AfterCommitException extends DantaException {
    private static final long serialVersionUID = 1;

    AfterCommitException(RuntimeException cause, Facts facts) {
        super(
                "the transaction took effect, but what was to follow it failed: " + cause,
                cause,
                Outcome.APPLIED,
                false,
                facts);
    }
}
