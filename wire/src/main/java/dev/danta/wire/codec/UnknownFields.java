package dev.danta.wire.codec;

import com.google.protobuf.Descriptors;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request says that this version does not know. protobuf leaves that out silently; a condition that is left out is a
 * wrong commit.
 */
public final class UnknownFields {
    private UnknownFields() {}

    /** Where the first of them stands; empty if there is none. */
    public static Optional<String> in(Message message) {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            int number = message.getUnknownFields().asMap().keySet().iterator().next();
            return Optional.of(message.getDescriptorForType().getName() + " has a field with the number " + number);
        }
        for (Map.Entry<Descriptors.FieldDescriptor, Object> field :
                message.getAllFields().entrySet()) {
            Optional<String> found = in(field.getKey(), field.getValue());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> in(Descriptors.FieldDescriptor field, Object value) {
        if (value instanceof List<?> many) {
            for (Object one : many) {
                Optional<String> found = in(field, one);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
        if (value instanceof Message nested) {
            return in(nested);
        }
        if (value instanceof Descriptors.EnumValueDescriptor word && word.getIndex() < 0) {
            return Optional.of(field.getFullName() + " is " + word.getNumber());
        }
        return Optional.empty();
    }
}
