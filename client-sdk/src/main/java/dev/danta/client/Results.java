package dev.danta.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What becomes of the shell's futures. */
final class Results {
    private Results() {}

    /** Waits; an error of this API is thrown as it is. */
    static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** A future whose dependents run elsewhere: the thread that completes the shell's serves everybody. */
    static <T> CompletableFuture<T> elsewhere(CompletableFuture<T> future) {
        return future.thenApplyAsync(Function.identity());
    }
}
