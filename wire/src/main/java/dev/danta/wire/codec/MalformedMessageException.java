package dev.danta.wire.codec;

/**
 * Bytes that are no message of ours; the one-line text names the message, the field and what is wrong with it. Unchecked,
 * but whoever decodes must expect it: it says something about the peer or the disk, not about this process.
 */
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedMessageException(String message) {
        // Without a stack trace: it would say where we look, and a hostile peer could make us collect many.
        super(message, null, false, false);
    }
}
