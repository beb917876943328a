package dev.danta.ir.id;

/**
 * A unique time: a reading of a hybrid logical clock, in microseconds since 1970, and the client that took it
 * (protocol.md 3). Timestamps name the versions of a key and order the versions of <em>one</em> key; they do not order
 * transactions. A transaction's id is the timestamp it was proposed with.
 */
public record Timestamp(long timeMicros, ClientId client) implements Comparable<Timestamp> {
    /** Below every timestamp that a client can take; as a version it means "never there". */
    public static final Timestamp ZERO = new Timestamp(0, ClientId.NONE);

    public Timestamp {
        if (timeMicros < 0) {
            throw new IllegalArgumentException("time must not be negative: " + timeMicros);
        }
    }

    public boolean isAbove(Timestamp other) {
        return compareTo(other) > 0;
    }

    public boolean isAtOrBelow(Timestamp other) {
        return compareTo(other) <= 0;
    }

    /** The smallest timestamp of this timestamp's client that is above {@code floor}, or this one if it already is. */
    public Timestamp raisedAbove(Timestamp floor) {
        if (isAbove(floor)) {
            return this;
        }
        boolean sameTimeSuffices = client.compareTo(floor.client) > 0;
        return new Timestamp(sameTimeSuffices ? floor.timeMicros : Math.addExact(floor.timeMicros, 1), client);
    }

    /** The greater of the two. */
    public static Timestamp max(Timestamp one, Timestamp other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** The lesser of the two. */
    public static Timestamp min(Timestamp one, Timestamp other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /**
     * Reads what {@link #toString()} writes.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static Timestamp parse(String text) {
        int at = text.indexOf('@');
        if (at <= 0) {
            throw new IllegalArgumentException("a timestamp is TIME@CLIENT, this is not: " + text);
        }
        return new Timestamp(Long.parseLong(text.substring(0, at)), ClientId.parse(text.substring(at + 1)));
    }

    @Override
    public int compareTo(Timestamp other) {
        int order = Long.compare(timeMicros, other.timeMicros);
        return order != 0 ? order : client.compareTo(other.client);
    }

    @Override
    public String toString() {
        return timeMicros + "@" + client;
    }
}
