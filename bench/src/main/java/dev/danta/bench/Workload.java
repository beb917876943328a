package dev.danta.bench;

import java.util.List;
import java.util.SplittableRandom;

/** What is asked, in which proportions, and what must hold in the end. Stateless and thread-safe. */
public interface Workload {
    /** The name under which the command line and the results know it. */
    String name();

    /** What must be there before the first operation; the parts may be done in any order, each is repeatable. */
    List<Operation.Fill> preparation();

    /** The next operation of a client whose random choices are these. */
    Operation next(SplittableRandom random);

    /** Whether all that it asks are strict transactions, so that there is a law for their history. */
    boolean isStrict();

    /** What must hold once everything is settled. */
    Invariant invariant();

    /** A law over the sum of all values. */
    sealed interface Invariant {
        /** Nothing is promised. */
        record None() implements Invariant {}

        /** The strict sum over the keys 0 to {@code last} is what it was. */
        record SumIs(int last, long sum) implements Invariant {}

        /**
         * What is left at key 0 is {@code initial} less what was taken, one for each operation done; each operation of
         * unknown outcome may have taken one more.
         */
        record TakenFrom(long initial) implements Invariant {}
    }
}
