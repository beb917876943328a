package dev.danta.scenario;

/**
 * Something that must hold and did not.
 *
 * @param id which law, as the application's description names it: P1, W3
 * @param what what was seen, in a sentence
 */
public record Broken(String id, String what) {
    @Override
    public String toString() {
        return id + ": " + what;
    }
}
