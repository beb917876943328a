package dev.danta.check.history;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * EDN, a map a line, as Jepsen's checkers read it: names of fields, types and functions, and the words of a transaction's steps
 * are keywords. A header becomes a comment.
 *
 * <p>In EDN the order of the lines is all there is, while events of one stamp are concurrent. So of those the invocations are
 * written first, as far as each process's own order lets them.
 */
final class EdnSink implements EventSink {
    private static final Pattern KEYWORD =
            Pattern.compile("[a-zA-Z*!_?$%&=<>][\\w*!?$%&=<>.+-]*(/[\\w*!?$%&=<>.+-]+)?");

    private final BufferedWriter out;
    private final List<HistoryEvent> sameTime = new ArrayList<>();
    private long index;

    EdnSink(OutputStream stream, @Nullable HistoryHeader header) throws IOException {
        out = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
        if (header != null) {
            out.write("; " + JsonSink.text(header) + "\n");
        }
    }

    @Override
    public void write(HistoryEvent event) throws IOException {
        Long time = event.timeNanos();
        if (!sameTime.isEmpty() && (time == null || !time.equals(sameTime.get(0).timeNanos()))) {
            writeSameTime();
        }
        sameTime.add(event);
    }

    private void writeSameTime() throws IOException {
        Map<String, Deque<HistoryEvent>> byProcess = new LinkedHashMap<>();
        for (HistoryEvent event : sameTime) {
            byProcess.computeIfAbsent(who(event), process -> new ArrayDeque<>()).add(event);
        }
        sameTime.clear();
        while (!byProcess.isEmpty()) {
            for (Deque<HistoryEvent> events : byProcess.values()) {
                if (events.getFirst().type() == HistoryEvent.Type.INVOKE) {
                    writeNow(events.removeFirst());
                }
            }
            byProcess.values().removeIf(Deque::isEmpty);
            // A completion must be written before what its process does next.
            boolean more = byProcess.values().stream().anyMatch(events -> events.size() > 1);
            for (Deque<HistoryEvent> events : byProcess.values()) {
                if (!more || events.size() > 1) {
                    writeNow(events.removeFirst());
                }
            }
            byProcess.values().removeIf(Deque::isEmpty);
        }
    }

    private static String who(HistoryEvent event) {
        return event.process() == null ? event.observer() : event.process().toString();
    }

    private void writeNow(HistoryEvent event) throws IOException {
        StringBuilder line = new StringBuilder("{:index ").append(index++);
        Object time = event.timeNanos() == null ? event.fields().get("time") : event.timeNanos();
        if (time != null) {
            append(line.append(", :time "), time, false);
        }
        line.append(", :process ").append(event.process() == null ? keyword(event.observer()) : event.process());
        line.append(", :type :").append(event.type().word());
        line.append(", :f ").append(keyword(event.f()));
        for (Map.Entry<String, @Nullable Object> field : event.fields().entrySet()) {
            if (!HistoryEvent.RESERVED.contains(field.getKey())) {
                line.append(", ").append(keyword(field.getKey())).append(' ');
                append(line, field.getValue(), event.f().equals("txn"));
            }
        }
        out.write(line.append("}\n").toString());
    }

    /** A keyword if it can be one, else a text. */
    private static String keyword(String name) {
        return KEYWORD.matcher(name).matches() ? ":" + name : quoted(name);
    }

    /** @param steps whether it is a list of lists of which each begins with a keyword */
    private static void append(StringBuilder line, @Nullable Object value, boolean steps) {
        if (value instanceof String text) {
            line.append(quoted(text));
        } else if (value instanceof List<?> list) {
            line.append('[');
            String separator = "";
            for (Object element : list) {
                line.append(separator);
                separator = " ";
                if (steps && element instanceof List<?> step && !step.isEmpty() && step.get(0) instanceof String word) {
                    line.append('[').append(keyword(word));
                    for (Object rest : step.subList(1, step.size())) {
                        append(line.append(' '), rest, false);
                    }
                    line.append(']');
                } else {
                    append(line, element, false);
                }
            }
            line.append(']');
        } else if (value instanceof Map<?, ?> map) {
            line.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                line.append(separator)
                        .append(quoted(String.valueOf(entry.getKey())))
                        .append(' ');
                separator = ", ";
                append(line, entry.getValue(), false);
            }
            line.append('}');
        } else {
            line.append(value == null ? "nil" : value);
        }
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public void close() throws IOException {
        writeSameTime();
        out.flush();
    }
}
