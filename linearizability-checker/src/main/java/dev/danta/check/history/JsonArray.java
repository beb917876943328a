package dev.danta.check.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.danta.check.MalformedHistoryException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON array of events, as other checkers read it: no header, and lines as they happen to be. */
final class JsonArray implements EventSource {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build()
            .readerFor(new TypeReference<LinkedHashMap<String, @Nullable Object>>() {});

    private final MappingIterator<LinkedHashMap<String, @Nullable Object>> objects;
    private @Nullable Long tornAt;

    JsonArray(InputStream in) throws IOException {
        objects = JSON.readValues(in);
    }

    @Override
    public @Nullable HistoryEvent next() throws IOException {
        if (tornAt != null) {
            return null;
        }
        try {
            if (!objects.hasNextValue()) {
                return null;
            }
            long line = line();
            Map<String, @Nullable Object> object = objects.nextValue();
            if (object == null) {
                throw new MalformedHistoryException(line, "not a JSON object: null");
            }
            return JsonLines.event(object, line);
        } catch (EOFException | JsonEOFException breaksOff) {
            tornAt = line();
            return null;
        } catch (JsonProcessingException unreadable) {
            throw new MalformedHistoryException(line(), "not a JSON array of objects", unreadable);
        }
    }

    private long line() {
        return Math.max(1, objects.getCurrentLocation().getLineNr());
    }

    @Override
    public HistoryFormat format() {
        return HistoryFormat.JSON_ARRAY;
    }

    @Override
    public @Nullable HistoryHeader header() {
        return null;
    }

    @Override
    public @Nullable Long tornAt() {
        return tornAt;
    }
}
