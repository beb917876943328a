package dev.danta.bench;

import dev.danta.client.Codec;
import dev.danta.client.CodecException;
import java.nio.ByteBuffer;

/**
 * What a strict table keeps of a key: how much there is, and which operation wrote it.
 *
 * @param tag of that operation; {@link #INITIAL} of the first filling
 */
record Cell(long amount, long tag) {
    /** The tag of what was there before the first operation. */
    static final long INITIAL = 0;

    /** Sixteen bytes: the amount, then the tag. */
    static final Codec<Cell> CODEC = new Codec<>() {
        @Override
        public byte[] encode(Cell cell) {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(cell.amount)
                    .putLong(cell.tag)
                    .array();
        }

        @Override
        public Cell decode(byte[] bytes) {
            if (bytes.length != 2 * Long.BYTES) {
                throw new CodecException("a cell has " + 2 * Long.BYTES + " bytes, not " + bytes.length);
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new Cell(buffer.getLong(), buffer.getLong());
        }
    };
}
