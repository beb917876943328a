package dev.danta.client;

/**
 * The deadline passed before it was known whether something took effect: it may have, or may still. The client goes on
 * settling it in the background while it is open; ask the {@link #handle()}. Doing the same again without asking may make
 * it happen twice, unless it has an idempotency key: then it is {@link #retryable()}.
 */
public final class OutcomeUnknownException extends DantaException {
    private static final long serialVersionUID = 1;

    private final transient OutcomeHandle handle;

    OutcomeUnknownException(String message, OutcomeHandle handle, Facts facts) {
        this(message, handle, false, facts);
    }

    /** @param retryable whether the same may be done again without asking, since it has an idempotency key */
    OutcomeUnknownException(String message, OutcomeHandle handle, boolean retryable, Facts facts) {
        super(
                retryable ? message + "; run it again with its idempotency key" : message,
                null,
                Outcome.UNKNOWN,
                retryable,
                facts);
        this.handle = handle;
    }

    public OutcomeHandle handle() {
        return handle;
    }
}
