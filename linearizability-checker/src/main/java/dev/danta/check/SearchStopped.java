package dev.danta.check;

/** Ends a search from within, wherever it is. Carries no stack: it is an outcome and not an error. */
final class SearchStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Result.Reason reason;

    SearchStopped(Result.Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    Result.Reason reason() {
        return reason;
    }
}
