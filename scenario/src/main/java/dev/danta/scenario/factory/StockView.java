package dev.danta.scenario.factory;

import dev.danta.scenario.Port;
import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What events of a factory's stock come to, product by product. Folding an event again changes nothing, in whatever order they
 * come. Immutable.
 *
 * @param events what each of them says, by its id
 */
record StockView(SortedMap<String, String> events) {
    static final StockView EMPTY = new StockView(new TreeMap<>());

    StockView {
        events = new TreeMap<>(events);
    }

    /** With these folded in. */
    StockView with(Collection<Port.Event> more) {
        TreeMap<String, String> all = new TreeMap<>(events);
        more.forEach(event -> all.put(event.id(), event.what()));
        return new StockView(all);
    }

    /** What both have. */
    StockView with(StockView other) {
        TreeMap<String, String> all = new TreeMap<>(events);
        all.putAll(other.events);
        return new StockView(all);
    }

    /** By how much each product has changed. */
    SortedMap<String, Long> changes() {
        TreeMap<String, Long> changes = new TreeMap<>();
        for (String what : events.values()) {
            String[] words = what.split(" ");
            for (int i = 1; i < words.length; i++) {
                int colon = words[i].indexOf(':');
                changes.merge(words[i].substring(0, colon), Long.parseLong(words[i].substring(colon + 1)), Long::sum);
            }
        }
        return changes;
    }

    /** The products that have become fewer by {@code most} or more: they have to be ordered. */
    SortedSet<String> reorder(long most) {
        TreeSet<String> list = new TreeSet<>();
        changes().forEach((sku, change) -> {
            if (change <= -most) {
                list.add(sku);
            }
        });
        return list;
    }

    String encode() {
        StringBuilder text = new StringBuilder();
        events.forEach((id, what) -> text.append(id).append('=').append(what).append(';'));
        return text.toString();
    }

    static StockView decode(@Nullable String text) {
        TreeMap<String, String> events = new TreeMap<>();
        if (text != null && !text.isEmpty()) {
            for (String entry : text.split(";")) {
                int equals = entry.indexOf('=');
                events.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return new StockView(events);
    }
}
