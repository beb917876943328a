package dev.danta.cli.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How values are shown, which are bytes to a cluster. What has not the form that was said is shown as {@link #HEX}. */
public enum ValueForm {
    /** JSON if it is an object or a list, else text if it is printable, else in hexadecimal digits. */
    AUTO,
    /** In UTF-8. */
    TEXT,
    /** Any JSON value. */
    JSON,
    /** Eight bytes, the most significant first. */
    LONG,
    /** {@code 0x} and hexadecimal digits. */
    HEX;

    private static final ObjectReader READER = JsonMapper.builder().build().reader();

    /** The value in a line of JSON. */
    JsonNode json(byte[] value) {
        JsonNode parsed = this == AUTO || this == JSON ? parsed(value) : null;
        if (parsed != null && (this == JSON || parsed.isContainerNode())) {
            return parsed;
        }
        if (this == LONG && value.length == Long.BYTES) {
            return JsonNodeFactory.instance.numberNode(ByteBuffer.wrap(value).getLong());
        }
        return JsonNodeFactory.instance.textNode(words(value));
    }

    /** The value in a line for people. */
    String words(byte[] value) {
        if (this == LONG && value.length == Long.BYTES) {
            return String.valueOf(ByteBuffer.wrap(value).getLong());
        }
        String text = this == HEX || this == LONG ? null : text(value);
        return text == null ? hex(value) : text;
    }

    static String hex(byte[] value) {
        return "0x" + HexFormat.of().formatHex(value);
    }

    private @Nullable String text(byte[] value) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
            return this == AUTO && text.chars().anyMatch(Character::isISOControl) ? null : text;
        } catch (CharacterCodingException other) {
            return null;
        }
    }

    private static @Nullable JsonNode parsed(byte[] value) {
        try {
            JsonNode parsed = READER.readTree(value);
            return parsed == null || parsed.isMissingNode() ? null : parsed;
        } catch (JsonProcessingException other) {
            return null;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
