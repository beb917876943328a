package dev.danta.cli.status;

import java.util.Map;

/** Whether there are colours. */
public enum Ink {
    COLOURED,
    BLACK;

    /**
     * What suits the surroundings.
     *
     * @param environment where NO_COLOR, if it is not empty, and a TERM that is missing or {@code dumb} say no
     * @param terminal whether a terminal shows it
     */
    public static Ink of(Map<String, String> environment, boolean terminal) {
        String term = environment.getOrDefault("TERM", "");
        boolean wanted = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return terminal && wanted && !term.isEmpty() && !term.equals("dumb") ? COLOURED : BLACK;
    }

    String in(Tone tone, String text) {
        return this == BLACK || tone == Tone.PLAIN || text.isEmpty()
                ? text
                : "\u001b[" + tone.code() + "m" + text + "\u001b[0m";
    }
}
