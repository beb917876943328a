package dev.danta.check.history;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.danta.check.MalformedHistoryException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads histories written as JSON Lines: the format is in the package's description. Stateless and thread-safe. */
public final class HistoryReader {
    /** The longest line that is read, in bytes. */
    public static final int LINE_BYTES_MAX = 1 << 20;

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(new TypeReference<LinkedHashMap<String, @Nullable Object>>() {});

    private HistoryReader() {}

    /**
     * Reads a file, compressed if its name ends in {@code .gz}.
     *
     * @throws MalformedHistoryException if it is not a history of this codec's model
     * @throws IOException if it cannot be read at all
     */
    public static <I, O> HistoryFile<I, O> read(Path file, OperationCodec<I, O> codec) throws IOException {
        try (InputStream in = open(file)) {
            return read(in, codec);
        }
    }

    /** Reads a stream to its end; it stays open. */
    public static <I, O> HistoryFile<I, O> read(InputStream in, OperationCodec<I, O> codec) throws IOException {
        Lines lines = new Lines(in, LINE_BYTES_MAX);
        EventPairing<I, O> pairing = new EventPairing<>(codec);
        HistoryHeader header = null;
        boolean first = true;
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            Map<String, @Nullable Object> object = parse(line, lines);
            if (object == null) {
                continue;
            }
            if (first && object.containsKey("header")) {
                header = header(object, lines.number());
                if (!header.model().equals(codec.model())) {
                    throw new MalformedHistoryException(
                            lines.number(), "a history of " + header.model() + ", not of " + codec.model());
                }
            } else {
                pairing.add(event(object, lines.number()));
            }
            first = false;
        }
        return pairing.finish(header, lines.tornAt());
    }

    /**
     * Reads the first line alone, to find out what a file is.
     *
     * @return its header, or empty if it has none
     */
    public static Optional<HistoryHeader> header(Path file) throws IOException {
        try (InputStream in = open(file)) {
            Lines lines = new Lines(in, LINE_BYTES_MAX);
            byte[] line = lines.next();
            Map<String, @Nullable Object> object = line == null ? null : parse(line, lines);
            return object != null && object.containsKey("header")
                    ? Optional.of(header(object, lines.number()))
                    : Optional.empty();
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream plain = new BufferedInputStream(Files.newInputStream(file));
        if (!file.toString().endsWith(".gz")) {
            return plain;
        }
        try {
            // Not buffered again: a buffer forgets what it has read when the stream breaks off under it.
            return new GZIPInputStream(plain, 1 << 16);
        } catch (EOFException tornAtOnce) {
            plain.close();
            return new BrokenOff();
        } catch (ZipException notCompressed) {
            plain.close();
            throw new MalformedHistoryException(1, "not compressed, whatever the name says", notCompressed);
        } catch (IOException unreadable) {
            plain.close();
            throw unreadable;
        }
    }

    /** What is left of a compressed file that ends within its own first bytes. */
    private static final class BrokenOff extends InputStream {
        @Override
        public int read() throws IOException {
            throw new EOFException("compressed file breaks off");
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return read();
        }
    }

    /** The object of a line, or null if the line is the torn end of the file. */
    private static @Nullable Map<String, @Nullable Object> parse(byte[] line, Lines lines) throws IOException {
        try {
            Map<String, @Nullable Object> object = JSON.readValue(line);
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

    private static HistoryEvent event(Map<String, @Nullable Object> fields, long line) {
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
        return new HistoryEvent(line, (Long) time, client, known.get(), String.valueOf(f), fields);
    }
}
