package dev.danta.check.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.danta.check.MalformedHistoryException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON Lines: a header perhaps, and an event in each line. */
final class JsonLines implements EventSource {
    private final Lines lines;
    private @Nullable HistoryHeader header;
    private boolean first = true;

    JsonLines(InputStream in) {
        lines = new Lines(in, HistoryReader.LINE_BYTES_MAX);
    }

    @Override
    public @Nullable HistoryEvent next() throws IOException {
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            Map<String, @Nullable Object> object = parse(line, lines);
            if (object == null) {
                continue;
            }
            boolean begins = first;
            first = false;
            if (!begins || !object.containsKey("header")) {
                return event(object, lines.number());
            }
            header = header(object, lines.number());
        }
        return null;
    }

    @Override
    public HistoryFormat format() {
        return HistoryFormat.JSON_LINES;
    }

    @Override
    public @Nullable HistoryHeader header() {
        return header;
    }

    @Override
    public @Nullable Long tornAt() {
        return lines.tornAt();
    }

    /** The object of a line, or null if the line is the torn end of the file. */
    private static @Nullable Map<String, @Nullable Object> parse(byte[] line, Lines lines) throws IOException {
        try {
            Map<String, @Nullable Object> object = JsonValues.object(line);
            if (object == null) {
                throw new MalformedHistoryException(lines.number(), "not a JSON object: null");
            }
            return object;
        } catch (JsonProcessingException unreadable) {
            if (lines.tear()) {
                return null;
            }
            throw new MalformedHistoryException(
                    lines.number(), "not a JSON object: " + firstLine(unreadable.getOriginalMessage()), unreadable);
        }
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private static HistoryHeader header(Map<String, @Nullable Object> object, long line) {
        if (!(object.get("header") instanceof Map<?, ?> fields)) {
            throw new MalformedHistoryException(line, "\"header\" must be an object");
        }
        if (!(fields.get("format") instanceof Long format) || format < 1 || format > HistoryHeader.FORMAT) {
            throw new MalformedHistoryException(
                    line, "format " + fields.get("format") + " is not one of 1 to " + HistoryHeader.FORMAT);
        }
        if (!(fields.get("model") instanceof String model)) {
            throw new MalformedHistoryException(line, "the header names no model");
        }
        Object seed = fields.get("seed");
        if (seed != null && !(seed instanceof Long)) {
            throw new MalformedHistoryException(line, "the seed must be an integer: " + seed);
        }
        Map<String, String> settings = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (!name.equals("format") && !name.equals("model") && !name.equals("seed")) {
                settings.put(String.valueOf(name), String.valueOf(value));
            }
        });
        return new HistoryHeader(format.intValue(), model, (Long) seed, settings);
    }

    /** The event that a JSON object is; its fields are taken out of it. */
    static HistoryEvent event(Map<String, @Nullable Object> fields, long line) {
        Object time = fields.remove("time");
        if (time != null && !(time instanceof Long)) {
            throw new MalformedHistoryException(line, "\"time\" must be an integer: " + time);
        }
        Object process = fields.remove("process");
        if (process == null) {
            throw new MalformedHistoryException(line, "\"process\" is missing");
        }
        Object type = fields.remove("type");
        Optional<HistoryEvent.Type> known = HistoryEvent.Type.of(String.valueOf(type));
        if (known.isEmpty()) {
            throw new MalformedHistoryException(line, "\"type\" must be invoke, ok, fail or info: " + type);
        }
        Object f = fields.remove("f");
        Long client = process instanceof Long number ? number : null;
        if (client != null && !(f instanceof String)) {
            throw new MalformedHistoryException(line, "\"f\" must say what was asked: " + f);
        }
        fields.remove("index");
        if (client == null) {
            fields.put("process", process);
        }
        return new HistoryEvent(line, (Long) time, client, known.get(), String.valueOf(f), fields);
    }
}
