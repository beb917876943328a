package dev.danta.occ;

import dev.danta.ir.id.Timestamp;

/**
 * A key and the version of it that a transaction saw first.
 *
 * @param seen that version's timestamp; {@link Timestamp#ZERO} if the key was never there
 * @param deletion whether that version was a deletion ("never there" is not one)
 */
public record Read(Key key, Timestamp seen, boolean deletion) {
    public Read {
        if (deletion && seen.equals(Timestamp.ZERO)) {
            throw new IllegalArgumentException("a deletion has a timestamp");
        }
    }

    /** The entry for a read that returned {@code version}. */
    public static Read of(Key key, Version version) {
        boolean deletion = version.isDeletion() && !version.timestamp().equals(Timestamp.ZERO);
        return new Read(key, version.timestamp(), deletion);
    }
}
