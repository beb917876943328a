package dev.danta.client;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Codecs for simple values. */
public final class Codecs {
    /** UTF-8; refuses what has no such form, in both directions. */
    public static final Codec<String> STRING = new Strings();

    /** Eight bytes, the most significant first. */
    public static final Codec<Long> LONG = new Longs();

    /** The bytes themselves; they are copied. */
    public static final Codec<byte[]> BYTES = new ByteArrays();

    private Codecs() {}

    private static final class Strings implements Codec<String> {
        @Override
        public byte[] encode(String value) {
            try {
                ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
                byte[] bytes = new byte[encoded.remaining()];
                encoded.get(bytes);
                return bytes;
            } catch (CharacterCodingException e) {
                throw new CodecException("the string has no UTF-8 form: it holds half a surrogate pair", e);
            }
        }

        @Override
        public String decode(byte[] bytes) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new CodecException("the " + bytes.length + " bytes are not a string in UTF-8", e);
            }
        }
    }

    private static final class Longs implements Codec<Long> {
        @Override
        public byte[] encode(Long value) {
            return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        }

        @Override
        public Long decode(byte[] bytes) {
            if (bytes.length != Long.BYTES) {
                throw new CodecException("a long has " + Long.BYTES + " bytes, not " + bytes.length);
            }
            return ByteBuffer.wrap(bytes).getLong();
        }
    }

    private static final class ByteArrays implements Codec<byte[]> {
        @Override
        public byte[] encode(byte[] value) {
            return value.clone();
        }

        @Override
        public byte[] decode(byte[] bytes) {
            return bytes;
        }
    }
}
