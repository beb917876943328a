package dev.danta.client;

/**
 * A table has an index that this client does not keep, so it does not write the table. Nothing took effect. Declare the index,
 * by {@link Table#index} or {@link Table#uniqueIndex}, before the transaction begins.
 */
public final class IndexNotKeptException extends DantaException {
    private static final long serialVersionUID = 1;

    private final String index;

    /** @param retryable whether it is kept meanwhile */
    IndexNotKeptException(String index, String message, boolean retryable) {
        super(message, null, Outcome.NOT_APPLIED, retryable, Facts.NONE);
        this.index = index;
    }

    /** The index's name. */
    public String index() {
        return index;
    }
}
