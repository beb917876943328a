package dev.danta.check;

/** Ends a search from within, wherever it is. Carries no stack: it is an outcome and not an error. */
final class SearchStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Result.Reason reason;
    private final String detail;

    SearchStopped(Result.Reason reason) {
        this(reason, "");
    }

    /** @param detail more about the reason, in words */
    SearchStopped(Result.Reason reason, String detail) {
        super(reason.name(), null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    Result.Reason reason() {
        return reason;
    }

    String detail() {
        return detail;
    }
}
