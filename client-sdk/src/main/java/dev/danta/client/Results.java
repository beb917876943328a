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

    /**
     * The same, and what the application's own code makes of it, on a thread that is neither the client's nor the
     * network's: those serve everybody.
     */
    static <A, B> CompletableFuture<B> elsewhere(CompletableFuture<A> future, Function<A, B> then) {
        return future.thenApplyAsync(then);
    }
}
