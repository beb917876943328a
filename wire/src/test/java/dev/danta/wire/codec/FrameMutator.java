package dev.danta.wire.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Random;

/**
 * Spoils well-formed messages in their structure, so that what comes out still parses: fields are cleared, repeated,
 * swapped, given edge values, at any depth. Spoiling bytes alone seldom gets past protobuf's own parser.
 */
final class FrameMutator {
    private final Random random;

    FrameMutator(long seed) {
        this.random = new Random(seed);
    }

    /** A copy with one change somewhere below. */
    Message spoil(Message message) {
        Message.Builder builder = message.toBuilder();
        List<FieldDescriptor> set = List.copyOf(message.getAllFields().keySet());
        List<FieldDescriptor> all = message.getDescriptorForType().getFields();
        if (all.isEmpty()) {
            return message;
        }
        boolean descend = !set.isEmpty() && random.nextInt(4) != 0;
        FieldDescriptor field = descend ? set.get(random.nextInt(set.size())) : all.get(random.nextInt(all.size()));
        if (field.isRepeated()) {
            spoilList(builder, field, message);
        } else if (random.nextInt(6) == 0) {
            builder.clearField(field);
        } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            builder.setField(field, spoil((Message) message.getField(field)));
        } else {
            builder.setField(field, edge(field));
        }
        return builder.build();
    }

    private void spoilList(Message.Builder builder, FieldDescriptor field, Message message) {
        int size = message.getRepeatedFieldCount(field);
        int choice = random.nextInt(4);
        if (size == 0 || choice == 0) {
            builder.addRepeatedField(field, fresh(builder, field));
        } else if (choice == 1) {
            builder.addRepeatedField(field, message.getRepeatedField(field, random.nextInt(size)));
        } else if (choice == 2) {
            builder.clearField(field);
        } else {
            int index = random.nextInt(size);
            Object old = message.getRepeatedField(field, index);
            Object spoilt = old instanceof Message one ? spoil(one) : edge(field);
            builder.setRepeatedField(field, index, spoilt);
        }
    }

    private Object fresh(Message.Builder builder, FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                ? builder.newBuilderForField(field).build()
                : edge(field);
    }

    private Object edge(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT -> List.of(0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE).get(random.nextInt(5));
            case LONG -> List.of(0L, 1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE).get(random.nextInt(5));
            case BOOLEAN -> random.nextBoolean();
            case STRING -> List.of("", "x", "x".repeat(2000)).get(random.nextInt(3));
            case BYTE_STRING ->
                ByteString.copyFrom(new byte[List.of(0, 1, 480, 481, 5000).get(random.nextInt(5))]);
            case ENUM -> unknownOrAny(field.getEnumType());
            case FLOAT, DOUBLE, MESSAGE -> throw new AssertionError("the schema has no such field here: " + field);
        };
    }

    private Object unknownOrAny(EnumDescriptor type) {
        return type.findValueByNumberCreatingIfUnknown(random.nextInt(5));
    }
}
