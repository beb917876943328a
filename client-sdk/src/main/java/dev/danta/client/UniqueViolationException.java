package dev.danta.client;

/**
 * Two records of a table would have the same key in a unique index of it. Nothing took effect. Out of {@link Space#run} it is
 * decided strictly: the other record was there at one moment while the transaction ran.
 */
public final class UniqueViolationException extends DantaException {
    private static final long serialVersionUID = 1;

    private final String index;

    UniqueViolationException(String index, String message) {
        super(message, null, Outcome.NOT_APPLIED, false, Facts.NONE);
        this.index = index;
    }

    /** The index's name. */
    public String index() {
        return index;
    }
}
