package dev.danta.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A way to find out whether one partition has a linearization. Stateless: one engine serves all threads. */
interface Engine {

    /**
     * Searches until there is a verdict or a limit strikes. Whatever memory was reserved is given back.
     *
     * @param limits of the whole check, shared with the other partitions
     */
    <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Limits limits);

    /** What an engine says of a partition. */
    sealed interface Verdict<I, O> {
        /** How many distinct configurations were visited. */
        long configurations();

        /** There is a linearization, and this is it. */
        record Linearizable<I, O>(List<Operation<I, O>> order, long configurations) implements Verdict<I, O> {}

        /** There is none. */
        record Stuck<I, O>(Result.Failure<I, O> failure, long configurations) implements Verdict<I, O> {}

        /** A limit struck first; {@code furthest} is the operation at the frontier, null before the first one. */
        record Stopped<I, O>(Result.Reason reason, @Nullable Operation<I, O> furthest, long configurations)
                implements Verdict<I, O> {}
    }
}
