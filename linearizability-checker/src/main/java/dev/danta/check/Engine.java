package dev.danta.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A way to find out whether one partition has a linearization. Stateless: one engine serves all threads. */
interface Engine {

    /**
     * Searches until there is a verdict or a limit strikes. Whatever memory was reserved is given back.
     *
     * @param watch says who searches and how far it got, and when to end
     */
    <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch);

    /** The engine of this name. */
    static Engine named(EngineName name) {
        return switch (name) {
            case AUTO -> new AutoEngine();
            case JIT -> new JitEngine();
            case ZONES -> new ZonesEngine();
            case QUEUES -> new QueuesEngine();
            case WGL -> new WglEngine();
        };
    }

    /** What an engine says of a partition. */
    sealed interface Verdict<I, O> {
        /** How many distinct configurations were visited. */
        long configurations();

        /** There is a linearization, and this is it. */
        record Linearizable<I, O>(List<Operation<I, O>> order, long configurations) implements Verdict<I, O> {}

        /** There is none. */
        record Stuck<I, O>(Result.Failure<I, O> failure, long configurations) implements Verdict<I, O> {}

        /**
         * Nobody knows.
         *
         * @param detail more about the reason, in words, or empty
         * @param furthest the operation that could not be passed yet, null before the first one
         */
        record Stopped<I, O>(
                Result.Reason reason,
                String detail,
                @Nullable Operation<I, O> furthest,
                long configurations) implements Verdict<I, O> {}
    }
}
