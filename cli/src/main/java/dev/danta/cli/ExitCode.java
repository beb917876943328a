package dev.danta.cli;

import dev.danta.check.Result;

/** What the exit code of every command means. */
final class ExitCode {
    /** All is well; for a check: every history is valid. */
    static final int OK = 0;

    /** It was done and did not succeed; for a check: a history is not valid. */
    static final int FAILED = 1;

    /** Arguments, settings or input are wrong, or a port or folder that they name cannot be used. */
    static final int USAGE = 2;

    /** Nobody can say: an outcome is unknown, or a check ended without a verdict. */
    static final int UNDECIDED = 3;

    /** A bug of ours. */
    static final int INTERNAL = 4;

    private ExitCode() {}

    /** What a verdict ends with. */
    static int of(Result<?, ?> result) {
        if (result instanceof Result.Invalid) {
            return FAILED;
        }
        return result instanceof Result.Unknown ? UNDECIDED : OK;
    }

    /** Of two, the one to end with: the first that applies of 4, 1, 2, 3, 0. */
    static int worse(int one, int other) {
        return rank(one) >= rank(other) ? one : other;
    }

    private static int rank(int code) {
        return switch (code) {
            case OK -> 0;
            case UNDECIDED -> 1;
            case USAGE -> 2;
            case FAILED -> 3;
            default -> 4;
        };
    }
}
