package dev.danta.cli;

import dev.danta.cli.cluster.ShutdownHooks;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** What is said when the process is asked to end (Ctrl-C, or a signal of its parent) while a command works. */
final class Interruption implements AutoCloseable {
    private final AtomicInteger done = new AtomicInteger();
    private final Thread hook;

    private Interruption(StatusLine line, PrintWriter err, IntFunction<String> sentence) {
        hook = new Thread(
                () -> {
                    line.close();
                    err.println(sentence.apply(done.get()));
                    err.flush();
                },
                "danta-interruption");
    }

    /**
     * From now on, until it is closed.
     *
     * @param sentence of how much is done, by {@link #advance}; asked in another thread
     */
    static Interruption during(StatusLine line, PrintWriter err, IntFunction<String> sentence) {
        Interruption interruption = new Interruption(line, err, sentence);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** One more is done. */
    void advance() {
        done.incrementAndGet();
    }

    @Override
    public void close() {
        ShutdownHooks.remove(hook);
    }
}
