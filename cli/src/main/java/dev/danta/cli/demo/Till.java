package dev.danta.cli.demo;

import java.util.SplittableRandom;

/** Where one buyer after the other is served. Used by one thread. */
interface Till {
    /**
     * Serves a buyer.
     *
     * @param buyer the buyer's own randomness
     * @param giveUpAtNanos by {@link System#nanoTime()}: after it the buyer goes without an answer
     */
    Purchase serve(SplittableRandom buyer, long giveUpAtNanos);
}
