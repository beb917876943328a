package dev.danta.client;

/**
 * The deadline passed before it was known whether something took effect: it may have, or may still. The client goes on
 * settling it in the background while it is open; ask the {@link #handle()}. Doing the same again without asking may make
 * it happen twice.
 */
public final class OutcomeUnknownException extends DantaException {
    private static final long serialVersionUID = 1;

    private final transient OutcomeHandle handle;

    OutcomeUnknownException(String message, OutcomeHandle handle, Facts facts) {
        super(message, null, Outcome.UNKNOWN, false, facts);
        this.handle = handle;
    }

    public OutcomeHandle handle() {
        return handle;
    }
}
