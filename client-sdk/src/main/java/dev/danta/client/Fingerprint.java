package dev.danta.client;

import dev.danta.ir.id.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** Tells one request from another: a hash of what it asks for, each part with its type and length. */
final class Fingerprint {
    private Fingerprint() {}

    static Bytes of(@Nullable Object[] parts) {
        MessageDigest digest = sha256();
        for (Object part : parts) {
            if (part == null) {
                update(digest, 'n', new byte[0]);
            } else if (part instanceof String text) {
                update(digest, 's', text.getBytes(StandardCharsets.UTF_16BE));
            } else if (part instanceof Long || part instanceof Integer) {
                long number = ((Number) part).longValue();
                update(digest, 'l', ByteBuffer.allocate(8).putLong(number).array());
            } else if (part instanceof Boolean truth) {
                update(digest, 'b', new byte[] {(byte) (truth ? 1 : 0)});
            } else if (part instanceof byte[] bytes) {
                update(digest, 'y', bytes);
            } else {
                throw new IllegalArgumentException(
                        "a request is told from others by String, Long, Integer, Boolean, byte[] and null, not by "
                                + part.getClass().getName());
            }
        }
        return Bytes.wrap(digest.digest());
    }

    private static void update(MessageDigest digest, char type, byte[] content) {
        digest.update(
                ByteBuffer.allocate(5).put((byte) type).putInt(content.length).flip());
        digest.update(content);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
