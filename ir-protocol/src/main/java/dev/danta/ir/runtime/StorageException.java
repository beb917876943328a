package dev.danta.ir.runtime;

/** The durable store failed or refused; the message is one sentence for an operator and names the place. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
