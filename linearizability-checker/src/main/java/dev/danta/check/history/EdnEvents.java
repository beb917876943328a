package dev.danta.check.history;

import dev.danta.check.MalformedHistoryException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import us.bpsm.edn.EdnException;
import us.bpsm.edn.Keyword;
import us.bpsm.edn.Symbol;
import us.bpsm.edn.TaggedValue;
import us.bpsm.edn.parser.Parser;
import us.bpsm.edn.parser.Parsers;

/**
 * Histories as Jepsen writes them: maps one after the other, or in one vector or list, or {@code [process type f value]}.
 * The order of the events is that of the file, whatever their times say, which is how their own checkers see it: a time is a
 * field like any other. Tags are
 * dropped, keywords and symbols are their names.
 *
 * <p>What examples leave out is filled in: process 0 and {@code :txn}.
 */
final class EdnEvents implements EventSource {
    private static final int DEPTH_MAX = 64;
    private static final int TUPLE = 4;

    private final EdnText text;
    private final Parser parser = Parsers.newParser(Parsers.defaultConfiguration());
    private @Nullable Long tornAt;
    private boolean inList;

    EdnEvents(InputStream in) {
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        text = new EdnText(reader, HistoryReader.LINE_BYTES_MAX, DEPTH_MAX);
    }

    @Override
    public @Nullable HistoryEvent next() throws IOException {
        if (tornAt != null) {
            return null;
        }
        text.begin();
        int c = text.peek();
        while (inList ? c == ']' || c == ')' : c == '[' || c == '(') {
            text.read();
            inList = !inList;
            c = text.peek();
            if (inList && c != '{' && c != '[' && c != '(' && c != '#' && c != ']' && c != ')') {
                inList = false;
                return tuple();
            }
        }
        if (c < 0) {
            tornAt = inList ? text.line() : null;
            return null;
        }
        long line = text.line();
        Object value = value();
        return tornAt == null ? event(value, line) : null;
    }

    /** The rest of a vector whose beginning has been read. */
    private @Nullable HistoryEvent tuple() throws IOException {
        long line = text.line();
        List<@Nullable Object> values = new ArrayList<>();
        for (int c = text.peek(); c != ']' && c != ')'; c = text.peek()) {
            if (c < 0) {
                tornAt = line;
                return null;
            }
            values.add(value());
            if (tornAt != null) {
                return null;
            }
        }
        text.read();
        return event(values, line);
    }

    private @Nullable Object value() throws IOException {
        long line = text.line();
        try {
            return parser.nextValue(text);
        } catch (EdnException unreadable) {
            if (text.hasEnded()) {
                tornAt = line;
                return null;
            }
            throw new MalformedHistoryException(line, "not EDN: " + unreadable.getMessage(), unreadable);
        }
    }

    private static HistoryEvent event(@Nullable Object value, long line) {
        Object plain = plain(value);
        if (plain instanceof List<?> tuple && tuple.size() == TUPLE) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("value", tuple.get(3));
            return event(tuple.get(0), tuple.get(1), tuple.get(2), fields, line);
        }
        if (!(plain instanceof Map<?, ?> map)) {
            throw new MalformedHistoryException(line, "not an event: " + plain);
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        map.forEach((key, field) -> fields.put(String.valueOf(key), field));
        Object process = fields.containsKey("process") ? fields.remove("process") : Long.valueOf(0);
        Object type = fields.remove("type");
        Object f = fields.containsKey("f") ? fields.remove("f") : "txn";
        fields.remove("index");
        return event(process, type, f, fields, line);
    }

    private static HistoryEvent event(
            @Nullable Object process,
            @Nullable Object type,
            @Nullable Object f,
            Map<String, @Nullable Object> fields,
            long line) {
        Optional<HistoryEvent.Type> known = HistoryEvent.Type.of(String.valueOf(type));
        if (known.isEmpty()) {
            throw new MalformedHistoryException(line, ":type must be :invoke, :ok, :fail or :info: " + type);
        }
        Long client = process instanceof Long number ? number : null;
        if (client == null) {
            fields.put("process", process);
        }
        return new HistoryEvent(line, null, client, known.get(), String.valueOf(f), fields);
    }

    /** In plain Java, as an event's fields are. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Keyword keyword) {
            return named(keyword.getPrefix(), keyword.getName());
        }
        if (value instanceof Symbol symbol) {
            return named(symbol.getPrefix(), symbol.getName());
        }
        if (value instanceof TaggedValue tagged) {
            return plain(tagged.getValue());
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, field) -> plain.put(String.valueOf(plain(key)), plain(field)));
            return plain;
        }
        if (value instanceof List<?> || value instanceof Set<?>) {
            List<@Nullable Object> plain = new ArrayList<>();
            ((Iterable<?>) value).forEach(element -> plain.add(plain(element)));
            return plain;
        }
        if (value instanceof BigInteger number) {
            return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number.toString();
        }
        if (value instanceof BigDecimal number) {
            return number.doubleValue();
        }
        return value == null || value instanceof Long || value instanceof Boolean || value instanceof Double
                ? value
                : String.valueOf(value);
    }

    private static String named(String prefix, String name) {
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    @Override
    public HistoryFormat format() {
        return HistoryFormat.EDN;
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
