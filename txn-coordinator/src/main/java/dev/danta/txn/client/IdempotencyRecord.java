package dev.danta.txn.client;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.txn.key.KeyLayout;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a request that took effect, under its idempotency key: a strict record like any other, read first and
 * written in the transaction that does what was asked (protocol.md 4.5). That there is one is proof that the request took
 * effect, however old the replica or cache that shows it; that there is none counts only once it is validated.
 *
 * @param fingerprint of the request, at most {@link #FINGERPRINT_BYTES_MAX} bytes; empty if nothing is known of it
 * @param keptMicros how long the record is kept after the timestamp of its version
 * @param result what the request was answered, as the application has encoded it; null if with nothing
 */
public record IdempotencyRecord(
        Bytes fingerprint, long keptMicros, @Nullable Bytes result) {
    public static final int FINGERPRINT_BYTES_MAX = 64;

    /** What a record takes beside its result. */
    public static final int HEADER_BYTES_MAX = 11 + FINGERPRINT_BYTES_MAX;

    /** No collection of an application has this name. */
    private static final String COLLECTION = "";

    private static final byte FORMAT = 1;
    private static final int SPREAD = 1 << 16;

    public IdempotencyRecord {
        if (fingerprint.size() > FINGERPRINT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a fingerprint has at most " + FINGERPRINT_BYTES_MAX + " bytes, not " + fingerprint.size());
        }
        if (keptMicros < 1) {
            throw new IllegalArgumentException("a record is kept for a while, not for " + keptMicros + " us");
        }
    }

    /** What a request has to do, given what was read under its key. */
    public sealed interface Finding {
        /** Nothing is known of it: it is to be done, and that nothing is known is to be validated with it. */
        record Unknown() implements Finding {}

        /** It was done, and answered so. */
        record Done(@Nullable Bytes result) implements Finding {}

        /** Another request was done under this key. */
        record Mismatch() implements Finding {}
    }

    /**
     * Where the record of a request is: a number that spreads the keys of a space evenly, and the key itself. So whoever
     * looks at records in their order from anywhere on looks at any of them equally often.
     *
     * @throws IllegalArgumentException if the idempotency key is empty, has no UTF-8 form, or is too long for a key
     */
    public static Key key(String space, String idempotencyKey) {
        if (idempotencyKey.isEmpty()) {
            throw new IllegalArgumentException("an idempotency key has at least one character");
        }
        int spread = (idempotencyKey.hashCode() * 0x9e3779b9) >>> 16;
        return KeyLayout.key(space, COLLECTION, List.of((long) spread, idempotencyKey));
    }

    /** Where all records of a space are. */
    public static KeyRange all(String space) {
        return KeyLayout.prefix(space, COLLECTION, List.of());
    }

    /** Where those are of which the number that spreads them is {@code from} or more; it is taken modulo their count. */
    public static KeyRange from(String space, int from) {
        KeyRange all = all(space);
        Key first = KeyLayout.prefix(space, COLLECTION, List.of((long) Math.floorMod(from, SPREAD)))
                .from();
        return new KeyRange(first, all.to());
    }

    /** What {@code seen}, read under the key of a request with this fingerprint, says of it. */
    public static Finding find(Version seen, Bytes fingerprint) {
        if (seen.value() == null) {
            return new Finding.Unknown();
        }
        IdempotencyRecord record = decode(seen.value());
        return record != null && record.fingerprint().equals(fingerprint)
                ? new Finding.Done(record.result())
                : new Finding.Mismatch();
    }

    /**
     * Whether a record that was read may be deleted.
     *
     * @param judgedAt a timestamp that the transaction that deletes it comes after: replicas refuse that if the clock that
     *     gave it is ahead of theirs, so that no single clock makes a record old
     */
    static boolean isOver(Version seen, Timestamp judgedAt) {
        IdempotencyRecord record = seen.value() == null ? null : decode(seen.value());
        return record != null && judgedAt.timeMicros() - seen.timestamp().timeMicros() >= record.keptMicros();
    }

    public Bytes encode() {
        int size = 10 + fingerprint.size() + (result == null ? 0 : 1 + result.size());
        ByteBuffer buffer = ByteBuffer.allocate(size);
        buffer.put(FORMAT).putLong(keptMicros).put((byte) fingerprint.size()).put(fingerprint.toArray());
        if (result != null) {
            buffer.put((byte) 1).put(result.toArray());
        }
        return Bytes.wrap(buffer.array());
    }

    /** Null if it is none of ours: a later version may write others. */
    static @Nullable IdempotencyRecord decode(Bytes encoded) {
        ByteBuffer buffer = ByteBuffer.wrap(encoded.toArray());
        if (buffer.remaining() < 10 || buffer.get() != FORMAT) {
            return null;
        }
        long keptMicros = buffer.getLong();
        int length = buffer.get();
        if (keptMicros < 1 || length < 0 || length > FINGERPRINT_BYTES_MAX || length > buffer.remaining()) {
            return null;
        }
        byte[] fingerprint = new byte[length];
        buffer.get(fingerprint);
        Bytes result = null;
        if (buffer.hasRemaining()) {
            byte[] bytes = new byte[buffer.remaining() - 1];
            buffer.get();
            buffer.get(bytes);
            result = Bytes.wrap(bytes);
        }
        return new IdempotencyRecord(Bytes.wrap(fingerprint), keptMicros, result);
    }
}
