package dev.danta.cli;

import dev.danta.check.ExhaustedHeap;
import dev.danta.client.DantaException;
import dev.danta.client.Outcome;
import dev.danta.client.WrongClusterException;
import dev.danta.ir.runtime.StorageException;
import dev.danta.wire.transport.CannotListenException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line on the error stream and an exit code; {@code --verbose} adds the stack trace. */
final class Complaints implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Main root;

    Complaints(Main root) {
        this.root = root;
    }

    @Override
    public int handleParseException(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + oneLine(wrong.getMessage()) + " (" + name + " --help says more)");
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.flush();
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        String name = command.getCommandSpec().qualifiedName();
        PrintWriter err = command.getErr();
        int code = codeOf(thrown);
        err.println(name + ": " + sentence(code, thrown));
        if (root.verbose()) {
            thrown.printStackTrace(err);
        }
        err.flush();
        return code;
    }

    private static String sentence(int code, Exception thrown) {
        if (ExhaustedHeap.isBehind(thrown)) {
            return "undecided: " + heap();
        }
        return code == ExitCode.INTERNAL ? internal(thrown) : inWords(thrown);
    }

    private static int codeOf(Exception thrown) {
        if (ExhaustedHeap.isBehind(thrown)) {
            return ExitCode.UNDECIDED;
        }
        if (thrown instanceof CommandException known) {
            return known.exitCode();
        }
        if (thrown instanceof UncheckedIOException
                || thrown instanceof StorageException
                || thrown instanceof CannotListenException
                || thrown instanceof WrongClusterException) {
            return ExitCode.USAGE;
        }
        if (thrown instanceof DantaException known) {
            return known.outcome() == Outcome.UNKNOWN ? ExitCode.UNDECIDED : ExitCode.FAILED;
        }
        return ExitCode.INTERNAL;
    }

    /** What to do where a history is too large. */
    static String heap() {
        long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
        return "the heap of " + mebibytes + " MiB is exhausted, and DANTA_JAVA_OPTS=-Xmx" + 4 * mebibytes
                + "m would give more";
    }

    /** The line for a bug of ours. */
    static String internal(Throwable thrown) {
        return "internal error: " + oneLine(thrown.toString()) + " (--verbose shows where)";
    }

    private static String inWords(Exception thrown) {
        return thrown.getCause() instanceof IOException cause && thrown instanceof UncheckedIOException
                ? inWords(cause)
                : oneLine(thrown.getMessage());
    }

    /** What kept a file from being used, in a few words that name it. */
    static String inWords(IOException trouble) {
        if (trouble instanceof NoSuchFileException missing) {
            return missing.getFile() + ": there is no such file or folder";
        }
        if (trouble instanceof AccessDeniedException denied) {
            return denied.getFile() + ": access denied";
        }
        if (trouble instanceof FileSystemException other) {
            return other.getFile() + ": "
                    + (other.getReason() == null ? other.getClass().getSimpleName() : other.getReason());
        }
        return oneLine(trouble.getMessage() == null ? trouble.toString() : trouble.getMessage());
    }

    static String oneLine(@Nullable String text) {
        return text == null ? "no reason given" : text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
