package dev.danta.check.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.danta.check.History;
import dev.danta.check.Operation;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes histories as JSON Lines: the format is in the package's description. Stateless and thread-safe. */
public final class HistoryWriter {
    private static final ObjectWriter JSON = new ObjectMapper(JsonFactory.builder()
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .build())
            .writer();

    private HistoryWriter() {}

    /** One end of an operation. Its place in the history keeps a process in order where stamps are equal. */
    private record End<I, O>(long at, int place, HistoryEvent.Type type, Operation<I, O> operation) {}

    /**
     * Writes a file, compressed if its name ends in {@code .gz}, in place of whatever was there.
     *
     * @throws IOException if it cannot be written
     */
    public static <I, O> void write(Path file, HistoryHeader header, OperationCodec<I, O> codec, History<I, O> history)
            throws IOException {
        write(file, header, codec, history, List.of());
    }

    /**
     * The same with operations that certainly did not happen.
     *
     * @param aborted without answers; they get processes of their own
     */
    public static <I, O> void write(
            Path file,
            HistoryHeader header,
            OperationCodec<I, O> codec,
            History<I, O> history,
            List<Operation<I, O>> aborted)
            throws IOException {
        try (OutputStream plain = new BufferedOutputStream(Files.newOutputStream(file));
                OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
            write(out, header, codec, history, aborted);
        }
    }

    /**
     * Writes to a stream, which stays open.
     *
     * @throws IllegalArgumentException if the header and the codec name different models
     */
    public static <I, O> void write(
            OutputStream out, HistoryHeader header, OperationCodec<I, O> codec, History<I, O> history)
            throws IOException {
        write(out, header, codec, history, List.of());
    }

    private static <I, O> void write(
            OutputStream out,
            HistoryHeader header,
            OperationCodec<I, O> codec,
            History<I, O> history,
            List<Operation<I, O>> aborted)
            throws IOException {
        if (!codec.accepts(header.model())) {
            throw new IllegalArgumentException(
                    "the header says " + header.model() + ", but the codec is for " + codec.model());
        }
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.setRootValueSeparator(null);
            writeHeader(json, header);
            long index = 0;
            for (End<I, O> end : ends(history, aborted)) {
                writeEvent(json, codec, end, index++);
            }
        }
    }

    private static <I, O> List<End<I, O>> ends(History<I, O> history, List<Operation<I, O>> aborted) {
        List<End<I, O>> ends = new ArrayList<>(2 * history.size());
        long last = Long.MIN_VALUE;
        for (Operation<I, O> operation : history.operations()) {
            last = Math.max(last, operation.isUnknown() ? operation.invokedAt() : operation.completedAt());
        }
        int place = 0;
        for (Operation<I, O> operation : history.operations()) {
            ends.add(new End<>(operation.invokedAt(), place, HistoryEvent.Type.INVOKE, operation));
            ends.add(
                    operation.isUnknown()
                            ? new End<>(last, place, HistoryEvent.Type.INFO, operation)
                            : new End<>(operation.completedAt(), place, HistoryEvent.Type.OK, operation));
            place++;
        }
        long process = history.operations().stream()
                        .mapToLong(Operation::process)
                        .max()
                        .orElse(-1)
                + 1;
        for (Operation<I, O> operation : aborted) {
            Operation<I, O> alone = Operation.unknown(process++, operation.input(), operation.invokedAt());
            ends.add(new End<>(alone.invokedAt(), place, HistoryEvent.Type.INVOKE, alone));
            ends.add(new End<>(Math.max(last, alone.invokedAt()), place, HistoryEvent.Type.FAIL, alone));
            place++;
        }
        ends.sort(Comparator.<End<I, O>>comparingLong(End::at)
                .thenComparingLong(end -> end.operation().process())
                .thenComparingInt(End::place)
                .thenComparing(End::type));
        return ends;
    }

    private static void writeHeader(JsonGenerator json, HistoryHeader header) throws IOException {
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
        json.writeRaw('\n');
    }

    private static <I, O> void writeEvent(JsonGenerator json, OperationCodec<I, O> codec, End<I, O> end, long index)
            throws IOException {
        Operation<I, O> operation = end.operation();
        O output = operation.output();
        json.writeStartObject();
        json.writeNumberField("index", index);
        json.writeNumberField("time", end.at());
        json.writeNumberField("process", operation.process());
        json.writeStringField("type", end.type().word());
        json.writeStringField("f", codec.f(operation.input()));
        Map<String, @Nullable Object> fields = end.type() == HistoryEvent.Type.OK && output != null
                ? codec.encode(operation.input(), output)
                : codec.encode(operation.input());
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            json.writeFieldName(field.getKey());
            json.writePOJO(field.getValue());
        }
        json.writeEndObject();
        json.writeRaw('\n');
    }
}
