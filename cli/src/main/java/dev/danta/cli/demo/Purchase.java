package dev.danta.cli.demo;

/**
 * What one buyer was told.
 *
 * @param answer what
 * @param retries attempts after the first
 * @param resolved whether the outcome was unknown at first
 * @param toldAtNanos when, by {@link System#nanoTime()}
 */
record Purchase(Answer answer, int retries, boolean resolved, long toldAtNanos) {
    /** What a buyer can be told. */
    enum Answer {
        BOUGHT,
        SOLD_OUT,
        /** Nothing, in the time there was. */
        NONE
    }
}
