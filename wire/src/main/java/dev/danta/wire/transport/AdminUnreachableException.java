package dev.danta.wire.transport;

/** A node has not answered; the message is one line that begins with its address. */
public final class AdminUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    AdminUnreachableException(String message) {
        super(message, null, false, false);
    }
}
