package dev.danta.check.model;

/**
 * What is asked of one of many independent objects.
 *
 * @param key which of them
 * @param input what is asked of it
 */
public record Keyed<I>(String key, I input) {
    @Override
    public String toString() {
        return input + " on " + key;
    }
}
