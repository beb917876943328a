package dev.danta.check.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON Lines, or a JSON array with an event in each line. */
final class JsonSink implements EventSink {
    private static final ObjectWriter JSON = new ObjectMapper(JsonFactory.builder()
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .build())
            .writer();

    private final JsonGenerator json;
    private final boolean array;
    private long index;

    /** @param header is left out of an array, which has no place for it */
    JsonSink(OutputStream out, boolean array, @Nullable HistoryHeader header) throws IOException {
        this.json = JSON.createGenerator(out);
        this.array = array;
        json.setRootValueSeparator(null);
        if (array) {
            json.writeRaw('[');
        } else if (header != null) {
            write(json, header);
            json.writeRaw('\n');
        }
    }

    /** A header as its line has it. */
    static String text(HistoryHeader header) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            write(json, header);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, HistoryHeader header) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("header");
        json.writeNumberField("format", header.format());
        json.writeStringField("model", header.model());
        if (header.seed() != null) {
            json.writeNumberField("seed", header.seed());
        }
        for (Map.Entry<String, String> setting : header.settings().entrySet()) {
            json.writeStringField(setting.getKey(), setting.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    @Override
    public void write(HistoryEvent event) throws IOException {
        if (array) {
            json.writeRaw(index == 0 ? "\n" : ",\n");
        }
        json.writeStartObject();
        json.writeNumberField("index", index++);
        if (event.timeNanos() != null) {
            json.writeNumberField("time", event.timeNanos());
        }
        if (event.process() != null) {
            json.writeNumberField("process", event.process());
        } else {
            json.writeStringField("process", event.observer());
        }
        json.writeStringField("type", event.type().word());
        json.writeStringField("f", event.f());
        for (Map.Entry<String, @Nullable Object> field : event.fields().entrySet()) {
            if (!HistoryEvent.RESERVED.contains(field.getKey())) {
                json.writeFieldName(field.getKey());
                json.writePOJO(field.getValue());
            }
        }
        json.writeEndObject();
        if (!array) {
            json.writeRaw('\n');
        }
    }

    @Override
    public void close() throws IOException {
        if (array) {
            json.writeRaw("\n]\n");
        }
        json.close();
    }
}
