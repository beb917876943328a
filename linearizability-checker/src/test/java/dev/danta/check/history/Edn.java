package dev.danta.check.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** As much of EDN as published register histories use: maps, vectors, keywords, strings, integers, nil, comments. */
final class Edn {
    private final String text;
    private int at;

    private Edn(String text) {
        this.text = text;
    }

    /** A keyword, without its colon. */
    record Keyword(String name) {}

    /** The events of a history, each with its number among them, from 1, as its line. */
    static List<HistoryEvent> events(String text) {
        Edn edn = new Edn(text);
        List<Object> values = new ArrayList<>();
        while (edn.skipBlank()) {
            Object value = edn.value();
            if (value instanceof List<?> all) {
                values.addAll(all);
            } else {
                values.add(value);
            }
        }
        List<HistoryEvent> events = new ArrayList<>();
        for (Object value : values) {
            events.add(event((Map<?, ?>) value, events.size() + 1));
        }
        return events;
    }

    private static HistoryEvent event(Map<?, ?> map, long number) {
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach((key, value) -> fields.put(((Keyword) key).name(), plain(value)));
        // Examples out of papers leave out what is always the same.
        Object process = fields.containsKey("process") ? fields.remove("process") : Long.valueOf(0);
        String type = (String) fields.remove("type");
        String f = (String) fields.getOrDefault("f", "txn");
        fields.remove("f");
        return new HistoryEvent(
                number,
                null,
                process instanceof Long client ? client : null,
                HistoryEvent.Type.of(type).orElseThrow(),
                f,
                fields);
    }

    /** Keywords as their names, in lists too. */
    private static Object plain(Object value) {
        if (value instanceof Keyword keyword) {
            return keyword.name();
        }
        return value instanceof List<?> list ? list.stream().map(Edn::plain).collect(Collectors.toList()) : value;
    }

    private boolean skipBlank() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ';') {
                at = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at);
            } else if (Character.isWhitespace(c) || c == ',') {
                at++;
            } else {
                return true;
            }
        }
        return false;
    }

    private Object value() {
        skipBlank();
        char c = text.charAt(at);
        if (c == '{') {
            List<Object> items = items('}');
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < items.size(); i += 2) {
                map.put(items.get(i), items.get(i + 1));
            }
            return map;
        }
        if (c == '[' || c == '(') {
            return items(c == '[' ? ']' : ')');
        }
        return c == '"' ? string() : atom();
    }

    private List<Object> items(char end) {
        at++;
        List<Object> items = new ArrayList<>();
        while (skipBlank() && text.charAt(at) != end) {
            items.add(value());
        }
        at++;
        return items;
    }

    private String string() {
        int begin = ++at;
        at = text.indexOf('"', begin);
        String string = text.substring(begin, at++);
        if (string.contains("\\")) {
            throw new IllegalArgumentException("escapes are not read: " + string);
        }
        return string;
    }

    private Object atom() {
        int begin = at;
        while (at < text.length() && " ,\t\r\n{}[]()\"".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String atom = text.substring(begin, at);
        if (atom.startsWith(":")) {
            return new Keyword(atom.substring(1));
        }
        if (atom.equals("nil")) {
            return null;
        }
        return atom.equals("true") || atom.equals("false") ? (Object) atom.equals("true") : Long.valueOf(atom);
    }
}
