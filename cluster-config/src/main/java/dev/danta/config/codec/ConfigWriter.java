package dev.danta.config.codec;

import dev.danta.config.state.NodeIdentity;
import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.quorum.Membership;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the parts that encodings share. */
final class ConfigWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private interface Writing {
        void write() throws IOException;
    }

    private ConfigWriter write(Writing writing) {
        try {
            writing.write();
        } catch (IOException never) {
            throw new UncheckedIOException("nothing can go wrong with an array", never);
        }
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    ConfigWriter octet(int value) {
        return write(() -> out.writeByte(value));
    }

    ConfigWriter flag(boolean value) {
        return octet(value ? 1 : 0);
    }

    ConfigWriter number(int value) {
        return write(() -> out.writeInt(value));
    }

    ConfigWriter number(long value) {
        return write(() -> out.writeLong(value));
    }

    ConfigWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return write(() -> {
            out.writeInt(utf8.length);
            out.write(utf8);
        });
    }

    ConfigWriter blob(byte[] value) {
        return write(() -> {
            out.writeInt(value.length);
            out.write(value);
        });
    }

    <T> ConfigWriter each(Collection<T> values, Consumer<T> one) {
        number(values.size());
        values.forEach(one);
        return this;
    }

    <K, V> ConfigWriter each(SortedMap<K, V> values, BiConsumer<K, V> one) {
        number(values.size());
        values.forEach(one);
        return this;
    }

    <T> ConfigWriter maybe(@Nullable T value, Consumer<T> present) {
        flag(value != null);
        if (value != null) {
            present.accept(value);
        }
        return this;
    }

    ConfigWriter numbers(Collection<Long> values) {
        return each(values, this::number);
    }

    ConfigWriter identity(NodeIdentity identity) {
        return number(identity.incarnation()).number(identity.starts()).number(identity.life());
    }

    ConfigWriter disk(DiskIdentity disk) {
        return number(disk.incarnation())
                .number(disk.starts())
                .number(disk.life())
                .number(disk.logEnd().epoch().number())
                .number(disk.logEnd().number());
    }

    ConfigWriter incarnations(SortedMap<ReplicaId, Long> incarnations) {
        return each(
                incarnations, (replica, incarnation) -> number(replica.number()).number(incarnation));
    }

    private ConfigWriter membership(Membership membership) {
        return number(membership.shard().number())
                .number(membership.epoch().number())
                .each(membership.members(), member -> number(member.number()));
    }

    ConfigWriter shardConfig(ShardConfig config) {
        return membership(config.active())
                .incarnations(config.incarnations())
                .number(config.activated())
                .number(config.lastAttempt())
                .maybe(
                        config.change(),
                        change -> membership(change.next())
                                .incarnations(change.incarnations())
                                .number(change.attempt()))
                .each(
                        config.starts(),
                        (replica, disk) -> number(replica.number()).disk(disk))
                .numbers(config.retired());
    }
}
