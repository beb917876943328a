package dev.danta.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.reflect.Type;

/** The only class that needs Jackson, so that the others can be loaded without it. */
final class JacksonCodec<T> implements Codec<T> {
    private final String type;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    JacksonCodec(Type type) {
        JsonMapper mapper = JsonMapper.builder()
                .findAndAddModules()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        JavaType target = mapper.constructType(type);
        this.type = type.getTypeName();
        this.writer = mapper.writerFor(target);
        this.reader = mapper.readerFor(target);
    }

    @Override
    public byte[] encode(T value) {
        try {
            return writer.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new CodecException("a value could not be written as JSON of " + type + ": " + oneLine(e), e);
        }
    }

    @Override
    public T decode(byte[] bytes) {
        try {
            T value = reader.readValue(bytes);
            if (value == null) {
                throw new CodecException("the JSON is null, which is no " + type);
            }
            return value;
        } catch (IOException e) {
            throw new CodecException("the " + bytes.length + " bytes are no JSON of " + type + ": " + oneLine(e), e);
        }
    }

    private static String oneLine(IOException e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
