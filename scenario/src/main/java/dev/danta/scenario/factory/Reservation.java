package dev.danta.scenario.factory;

import org.jspecify.annotations.Nullable;

/** What is kept for an order of one product. */
record Reservation(long quantity, long picked, long released) {
    /** What is neither picked nor released yet. */
    long open() {
        return quantity - picked - released;
    }

    boolean isSound() {
        return picked >= 0 && released >= 0 && open() >= 0;
    }

    Reservation picking(long more) {
        return new Reservation(quantity, picked + more, released);
    }

    /** With nothing open any more. */
    Reservation releasing() {
        return new Reservation(quantity, picked, quantity - picked);
    }

    String encode() {
        return quantity + " " + picked + " " + released;
    }

    static @Nullable Reservation decode(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String[] words = text.split(" ");
        return new Reservation(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }
}
