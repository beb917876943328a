package dev.danta.wire.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.wire.WireLimits;
import dev.danta.wire.proto.DataProto;

/** Keys, values and versions. Encoding throws IllegalArgumentException for what is over a limit. */
final class ValueCodec {
    private final WireLimits limits;

    ValueCodec(WireLimits limits) {
        this.limits = limits;
    }

    static ByteString encode(Key key) {
        return encode(key.bytes());
    }

    static ByteString encode(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.toArray());
    }

    ByteString encodeValue(Bytes value) {
        limits.complaintAbout(value).ifPresent(complaint -> {
            throw new IllegalArgumentException(complaint);
        });
        return encode(value);
    }

    static Key key(ByteString wire, Place at) {
        if (wire.isEmpty() || wire.size() > Key.SIZE_MAX) {
            throw at.malformed("has " + wire.size() + " bytes, an encoded key has 1 to " + Key.SIZE_MAX);
        }
        return new Key(Bytes.wrap(wire.toByteArray()));
    }

    static DataProto.KeyRange encode(KeyRange range) {
        return DataProto.KeyRange.newBuilder()
                .setFrom(encode(range.from()))
                .setTo(encode(range.to()))
                .build();
    }

    static KeyRange range(boolean present, DataProto.KeyRange wire, Place at) {
        at.requirePresent(present);
        Key from = key(wire.getFrom(), at);
        Key to = key(wire.getTo(), at);
        if (from.compareTo(to) >= 0) {
            throw at.malformed("ends where it begins or before");
        }
        return new KeyRange(from, to);
    }

    Bytes value(ByteString wire, Place at) {
        if (wire.size() > limits.valueBytesMax()) {
            throw at.malformed("has " + wire.size() + " bytes, over the limit of " + limits.valueBytesMax());
        }
        return Bytes.wrap(wire.toByteArray());
    }

    void requireKeyCount(int count) {
        if (count > limits.keysPerTransactionMax()) {
            throw new IllegalArgumentException(
                    count + " keys in one message are over the limit of " + limits.keysPerTransactionMax());
        }
    }

    int keyCountMax() {
        return limits.keysPerTransactionMax();
    }

    int participantsMax() {
        return limits.participantsMax();
    }

    int counterEntriesMax() {
        return limits.counterEntriesMax();
    }

    DataProto.Version encode(Version version) {
        DataProto.Version.Builder wire = DataProto.Version.newBuilder();
        wire.setTimestamp(IdCodec.encode(version.timestamp()));
        if (version.value() != null) {
            wire.setValue(encodeValue(version.value()));
        }
        return wire.build();
    }

    Version version(boolean present, DataProto.Version wire, Place at) {
        at.requirePresent(present);
        Timestamp timestamp = IdCodec.timestamp(wire.hasTimestamp(), wire.getTimestamp(), at);
        if (!timestamp.equals(Timestamp.ZERO)) {
            return new Version(timestamp, wire.hasValue() ? value(wire.getValue(), at) : null);
        }
        if (wire.hasValue()) {
            throw at.malformed("has a value, but the timestamp of a key that was never there");
        }
        return Version.NEVER_THERE;
    }

    void requireParticipantCount(int count) {
        if (count > limits.participantsMax()) {
            throw new IllegalArgumentException(
                    count + " shards in one transaction are over the limit of " + limits.participantsMax());
        }
    }
}
