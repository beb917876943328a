package dev.danta.cli;

import java.util.Arrays;

/**
 * Some memory that is kept for the moment in which none is left, so that it can be said. Not thread-safe.
 *
 * <p>In pieces, since a large one would need room in one place.
 */
final class MemoryReserve {
    private static final int PIECES = 4;
    private static final int PIECE_BYTES = 64 << 10;

    private final byte[][] pieces = new byte[PIECES][PIECE_BYTES];

    /** There is room again, for what is short. */
    void release() {
        Arrays.fill(pieces, null);
    }
}
