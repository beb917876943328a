package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.txn.client.IdempotencyRecord;
import dev.danta.txn.client.IdempotencyRecord.Finding;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request that is to take effect once: where its record is, and how its result is kept there. Immutable. */
final class Once<T extends @Nullable Object> {
    private final String name;
    private final Key key;
    private final Bytes fingerprint;
    private final long keptMicros;
    private final Codec<?> codec;

    /** What a request was answered when it was done. */
    record Earlier<T extends @Nullable Object>(T result) {}

    private Once(String name, Key key, TxOptions options, Codec<?> codec) {
        this.name = name;
        this.key = key;
        this.fingerprint = options.fingerprint();
        this.keptMicros = TimeUnit.SECONDS.toMicros(options.keptFor().toSeconds());
        this.codec = codec;
    }

    /**
     * What {@code options} say of the request; null if it has no idempotency key.
     *
     * @param codec of its result; null for results that need none
     * @throws IllegalArgumentException if there is a codec and no key, or the transaction may take so long that its record
     *     could be gone before it ends
     */
    static <T extends @Nullable Object> @Nullable Once<T> of(
            String space, TxOptions options, long deadlineNanos, @Nullable Codec<?> codec) {
        String name = options.idempotencyKey().orElse(null);
        if (name == null) {
            if (codec != null) {
                throw new IllegalArgumentException("a result is kept with an idempotency key only: name one");
            }
            return null;
        }
        if (deadlineNanos > options.keptFor().toNanos() / 2) {
            throw new IllegalArgumentException("the deadline must be at most half of the " + options.keptFor()
                    + " for which what was done under an idempotency key is kept");
        }
        return new Once<>(name, keyOf(space, name), options, codec == null ? PlainResults.CODEC : codec);
    }

    private static Key keyOf(String space, String name) {
        try {
            return IdempotencyRecord.key(space, name);
        } catch (IllegalArgumentException e) {
            throw new TooLargeException(
                    "the idempotency key " + dev.danta.client.Key.of(name).inShort() + " is too long: "
                            + e.getMessage(),
                    Facts.NONE);
        }
    }

    /**
     * What was done before under the key; null if that is not known, on which the commit then depends.
     *
     * @throws IdempotencyMismatchException if that was another request
     */
    @Nullable
    Earlier<T> earlier(Tx tx) {
        Version seen = tx.version(key);
        Finding finding = IdempotencyRecord.find(seen, fingerprint);
        if (finding instanceof Finding.Mismatch) {
            throw new IdempotencyMismatchException(
                    "another request was done under the idempotency key " + inShort(),
                    new Facts(seen.timestamp().toString(), tx.attempt(), Map.of()));
        }
        return finding instanceof Finding.Done done ? new Earlier<>(decoded(done.result())) : null;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // What was kept is what a closure of this request returned.
    private T decoded(@Nullable Bytes result) {
        if (result == null) {
            return null;
        }
        try {
            return (T) codec.decode(result.toArray());
        } catch (CodecException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CodecException(
                    "the result kept with the idempotency key " + inShort() + " could not be decoded", e);
        }
    }

    /** Has {@code result} kept when the transaction commits. */
    void keep(Tx tx, T result) {
        IdempotencyRecord record = new IdempotencyRecord(fingerprint, keptMicros, encoded(result));
        Bytes encoded = record.encode();
        if (encoded.size() > Limits.VALUE_BYTES_MAX) {
            throw new TooLargeException(
                    "the result to be kept with the idempotency key " + inShort() + " takes " + encoded.size()
                            + " bytes, more than " + Limits.VALUE_BYTES_MAX,
                    Facts.NONE);
        }
        tx.keep(key, encoded);
    }

    @SuppressWarnings("unchecked") // The codec was given for the results of this very closure.
    private @Nullable Bytes encoded(T result) {
        if (result == null) {
            return null;
        }
        try {
            return Bytes.copyOf(((Codec<Object>) codec).encode(result));
        } catch (CodecException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CodecException(
                    "the result to be kept with the idempotency key " + inShort() + " could not be encoded", e);
        }
    }

    private String inShort() {
        return dev.danta.client.Key.of(name).inShort();
    }
}
