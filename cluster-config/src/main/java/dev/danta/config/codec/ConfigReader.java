package dev.danta.config.codec;

import dev.danta.config.state.NodeIdentity;
import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the parts that encodings share, in the order in which {@link ConfigWriter} wrote them. */
final class ConfigReader {
    private final ByteBuffer in;

    private ConfigReader(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes);
    }

    /** Everything that {@code reading} leaves, or fails with, makes the bytes malformed. */
    static <T> T read(byte[] bytes, String what, Function<ConfigReader, T> reading) {
        ConfigReader reader = new ConfigReader(bytes);
        T value;
        try {
            value = reading.apply(reader);
        } catch (BufferUnderflowException tooShort) {
            throw new MalformedConfigException(what + " ends too early", tooShort);
        } catch (IllegalArgumentException invalid) {
            throw new MalformedConfigException(what + " says what cannot be: " + invalid.getMessage(), invalid);
        }
        if (reader.in.hasRemaining()) {
            throw new MalformedConfigException(what + " has " + reader.in.remaining() + " bytes too many");
        }
        return value;
    }

    int octet() {
        return in.get();
    }

    boolean flag() {
        int value = octet();
        if (value != 0 && value != 1) {
            throw new MalformedConfigException("neither yes nor no: " + value);
        }
        return value == 1;
    }

    int number() {
        return in.getInt();
    }

    long longNumber() {
        return in.getLong();
    }

    byte[] blob() {
        int length = number();
        if (length < 0 || length > in.remaining()) {
            throw new MalformedConfigException(
                    "a length of " + length + " where " + in.remaining() + " bytes are left");
        }
        byte[] value = new byte[length];
        in.get(value);
        return value;
    }

    String text() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(blob()))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new MalformedConfigException("a text that is no UTF-8", notText);
        }
    }

    private int count() {
        int count = number();
        // Each element has a byte at least, so that no count makes anybody reserve more than was sent.
        if (count < 0 || count > in.remaining()) {
            throw new MalformedConfigException("a count of " + count + " where " + in.remaining() + " bytes are left");
        }
        return count;
    }

    <T> List<T> list(Supplier<T> one) {
        List<T> values = new ArrayList<>();
        for (int left = count(); left > 0; left--) {
            values.add(one.get());
        }
        return values;
    }

    <K extends Comparable<K>, V> SortedMap<K, V> map(Supplier<K> key, Supplier<V> value) {
        TreeMap<K, V> values = new TreeMap<>();
        for (int left = count(); left > 0; left--) {
            K next = key.get();
            if (values.put(next, value.get()) != null) {
                throw new MalformedConfigException(next + " stands there twice");
            }
        }
        return values;
    }

    <T> @Nullable T maybe(Supplier<T> present) {
        return flag() ? present.get() : null;
    }

    NavigableSet<Long> numbers() {
        return new TreeSet<>(list(this::longNumber));
    }

    ReplicaId replica() {
        return new ReplicaId(number());
    }

    ShardId shard() {
        return new ShardId(number());
    }

    Epoch epoch() {
        return new Epoch(longNumber());
    }

    NodeIdentity identity() {
        return new NodeIdentity(longNumber(), longNumber(), longNumber());
    }

    DiskIdentity disk() {
        return new DiskIdentity(
                longNumber(), longNumber(), longNumber(), new DiskIdentity.LogEnd(epoch(), longNumber()));
    }

    SortedMap<ReplicaId, Long> incarnations() {
        return map(this::replica, this::longNumber);
    }

    private Membership membership() {
        return new Membership(shard(), epoch(), list(this::replica));
    }

    ShardConfig shardConfig() {
        return new ShardConfig(
                membership(),
                incarnations(),
                longNumber(),
                longNumber(),
                maybe(() -> new ShardConfig.Change(membership(), incarnations(), longNumber())),
                map(this::replica, this::disk),
                numbers());
    }
}
