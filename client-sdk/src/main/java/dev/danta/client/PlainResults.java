package dev.danta.client;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Keeps results of simple types; what is of another needs a codec of its own. */
final class PlainResults implements Codec<Object> {
    static final PlainResults CODEC = new PlainResults();

    private static final byte STRING = 1;
    private static final byte LONG = 2;
    private static final byte INTEGER = 3;
    private static final byte BOOLEAN = 4;
    private static final byte BYTES = 5;

    private PlainResults() {}

    @Override
    public byte[] encode(Object value) {
        if (value instanceof String text) {
            return tagged(STRING, Codecs.STRING.encode(text));
        } else if (value instanceof Long number) {
            return tagged(LONG, Codecs.LONG.encode(number));
        } else if (value instanceof Integer number) {
            return tagged(INTEGER, Codecs.LONG.encode(number.longValue()));
        } else if (value instanceof Boolean truth) {
            return tagged(BOOLEAN, new byte[] {(byte) (truth ? 1 : 0)});
        } else if (value instanceof byte[] bytes) {
            return tagged(BYTES, bytes);
        }
        throw new CodecException("a result of " + value.getClass().getName()
                + " can only be kept with an idempotency key if there is a codec for it: run(options, codec, work)");
    }

    private static byte[] tagged(byte tag, byte[] content) {
        return ByteBuffer.allocate(1 + content.length).put(tag).put(content).array();
    }

    @Override
    public Object decode(byte[] bytes) {
        byte[] content = bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length);
        return switch (bytes.length == 0 ? 0 : bytes[0]) {
            case STRING -> Codecs.STRING.decode(content);
            case LONG -> Codecs.LONG.decode(content);
            case INTEGER -> Math.toIntExact(Codecs.LONG.decode(content));
            case BOOLEAN -> content.length == 1 && content[0] == 1;
            case BYTES -> content;
            default ->
                throw new CodecException(
                        "the result that was kept needs a codec to be read: run(options, codec, work)");
        };
    }
}
