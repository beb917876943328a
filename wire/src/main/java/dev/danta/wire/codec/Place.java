package dev.danta.wire.codec;

import org.jspecify.annotations.Nullable;

/**
 * Where a decoder is in the message it reads. It costs a few assignments on the way; the text is made only when something
 * is wrong.
 */
final class Place {
    private int envelope = -1;
    private String message = "";
    private String field = "";
    private int index = -1;
    private @Nullable String part;

    /** The position in the batch; forgets everything below. */
    void envelope(int newEnvelope) {
        envelope = newEnvelope;
        message("Envelope");
    }

    void message(String newMessage) {
        message = newMessage;
        field("");
    }

    void field(String newField) {
        field = newField;
        index = -1;
        part = null;
    }

    void item(String newField, int newIndex, String newPart) {
        field = newField;
        index = newIndex;
        part = newPart;
    }

    /** For the caller to throw. */
    MalformedMessageException malformed(String why) {
        StringBuilder text = new StringBuilder();
        if (envelope >= 0) {
            text.append("envelope ").append(envelope).append(": ");
        }
        text.append(message);
        if (!field.isEmpty()) {
            text.append('.').append(field);
        }
        if (index >= 0) {
            text.append('[').append(index).append(']');
        }
        if (part != null) {
            text.append('.').append(part);
        }
        return new MalformedMessageException(text.append(' ').append(why).toString());
    }

    /** Throws unless a required field is there. */
    void requirePresent(boolean present) {
        if (!present) {
            throw malformed("is missing");
        }
    }

    /** Throws unless {@code count} is at most {@code most}. */
    void requireCount(int count, int most) {
        if (count > most) {
            throw malformed("has " + count + " entries, over the limit of " + most);
        }
    }
}
