package dev.danta.ir.id;

import java.util.HexFormat;

/**
 * A random 128-bit number that names one process life of a client (or of a proposer): it is never used again, so a
 * restarted client never continues old transactions (protocol.md 2). Ordered as an unsigned number.
 */
public record ClientId(long high, long low) implements Comparable<ClientId> {
    /** The smallest id, which no process carries; it closes the range of timestamps downwards. */
    public static final ClientId NONE = new ClientId(0, 0);

    /**
     * Reads the 32 hexadecimal digits that {@link #toString()} writes.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static ClientId parse(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("a client id has 32 hexadecimal digits, this has " + text.length());
        }
        return new ClientId(HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, 32));
    }

    @Override
    public int compareTo(ClientId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
