package dev.danta.cli.status;

/** A node did not answer, or what answers is no node. The message says why in a few words, without the address. */
public final class NoAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NoAnswerException(String message, Throwable cause) {
        super(message, cause);
    }

    public NoAnswerException(String message) {
        super(message);
    }
}
