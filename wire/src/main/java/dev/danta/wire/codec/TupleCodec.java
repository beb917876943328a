package dev.danta.wire.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.danta.ir.id.Bytes;
import dev.danta.wire.gateway.Tuple;
import dev.danta.wire.proto.DantaV1;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Keys as callers say them, to protobuf and back. */
final class TupleCodec {
    private static final int UUID_BYTES = 16;
    private static final int NANOS_MAX = 999_999_999;

    private TupleCodec() {}

    static DantaV1.Key encode(Tuple tuple) {
        DantaV1.Key.Builder wire = DantaV1.Key.newBuilder();
        tuple.elements().forEach(element -> wire.addElements(encode(element)));
        return wire.build();
    }

    private static DantaV1.Key.Element encode(Object element) {
        DantaV1.Key.Element.Builder wire = DantaV1.Key.Element.newBuilder();
        if (element instanceof String text) {
            wire.setText(text);
        } else if (element instanceof Long number) {
            wire.setInteger(number);
        } else if (element instanceof Bytes bytes) {
            wire.setBytes(ValueCodec.encode(bytes));
        } else if (element instanceof Boolean flag) {
            wire.setBoolean(flag);
        } else if (element instanceof UUID uuid) {
            wire.setUuid(bytes(uuid));
        } else if (element instanceof Instant instant) {
            wire.setInstant(
                    Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()));
        } else if (element instanceof Tuple nested) {
            wire.setNested(encode(nested));
        }
        return wire.build();
    }

    private static ByteString bytes(UUID uuid) {
        ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES);
        bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        return ByteString.copyFrom(bytes.flip());
    }

    /** @throws MalformedMessageException if it is no key; {@code field} is what the key is called there */
    static Tuple decode(String field, boolean present, DantaV1.Key wire, Place at) {
        at.field(field);
        at.requirePresent(present);
        return decode(wire, at);
    }

    private static Tuple decode(DantaV1.Key wire, Place at) {
        if (wire.getElementsCount() == 0) {
            throw at.malformed("has no elements");
        }
        List<Object> elements = new ArrayList<>(wire.getElementsCount());
        wire.getElementsList().forEach(element -> elements.add(decode(element, at)));
        return new Tuple(elements);
    }

    private static Object decode(DantaV1.Key.Element wire, Place at) {
        return switch (wire.getKindCase()) {
            case TEXT -> wire.getText();
            case INTEGER -> wire.getInteger();
            case BYTES -> Bytes.wrap(wire.getBytes().toByteArray());
            case BOOLEAN -> wire.getBoolean();
            case UUID -> uuid(wire.getUuid(), at);
            case INSTANT -> instant(wire.getInstant(), at);
            case NESTED -> decode(wire.getNested(), at);
            case KIND_NOT_SET -> throw at.malformed("has an element of no kind");
        };
    }

    private static UUID uuid(ByteString bytes, Place at) {
        if (bytes.size() != UUID_BYTES) {
            throw at.malformed("has a UUID of " + bytes.size() + " bytes");
        }
        ByteBuffer halves = bytes.asReadOnlyByteBuffer();
        return new UUID(halves.getLong(), halves.getLong());
    }

    private static Instant instant(Timestamp wire, Place at) {
        long seconds = wire.getSeconds();
        int nanos = wire.getNanos();
        // What is written otherwise would come back as another message for the same key.
        if (nanos < 0 || nanos > NANOS_MAX) {
            throw at.malformed("has an instant with " + nanos + " nanoseconds");
        }
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException | ArithmeticException outOfRange) {
            throw at.malformed("has an instant that is none: " + outOfRange.getMessage());
        }
    }
}
