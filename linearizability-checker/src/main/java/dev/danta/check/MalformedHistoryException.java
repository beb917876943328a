package dev.danta.check;

/**
 * The history is not a history: it contradicts itself, or cannot be read. It is neither valid nor invalid, because the
 * fault is the recording's and not the recorded system's. The message is one line and names the place.
 */
public final class MalformedHistoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long line;

    /** A fault at a line of the source, counted from 1, or {@link Operation#NO_LINE}. */
    public MalformedHistoryException(long line, String fault) {
        super(line == Operation.NO_LINE ? fault : "line " + line + ": " + fault);
        this.line = line;
    }

    /** As above, keeping the reader's own complaint. */
    public MalformedHistoryException(long line, String fault, Throwable cause) {
        this(line, fault);
        initCause(cause);
    }

    /** The line of the source, counted from 1, or {@link Operation#NO_LINE}. */
    public long line() {
        return line;
    }
}
