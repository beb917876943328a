package dev.danta.client;

import org.jspecify.annotations.Nullable;

/** A value could not be turned into bytes, or bytes into a value. Thrown by codecs; nothing took effect. */
public final class CodecException extends DantaException {
    private static final long serialVersionUID = 1;

    public CodecException(String message) {
        this(message, null);
    }

    public CodecException(String message, @Nullable Throwable cause) {
        super(message, cause, Outcome.NOT_APPLIED, false, Facts.NONE);
    }
}
