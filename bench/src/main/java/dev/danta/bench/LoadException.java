package dev.danta.bench;

/** The load could not be applied; the message is one line and says why. */
public final class LoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadException(String message) {
        super(message);
    }
}
