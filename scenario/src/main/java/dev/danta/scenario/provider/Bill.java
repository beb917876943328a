package dev.danta.scenario.provider;

import dev.danta.scenario.Port.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is billed of a period, as records have it.
 *
 * @param invoice its items when the period was closed; it never changes
 * @param adjustments items that came later; empty if there are none
 */
record Bill(String invoice, String adjustments) {
    private static final String BETWEEN = ",";

    /** One event that is to be paid. */
    record Item(String id, long amount) {
        @Override
        public String toString() {
            return id + "=" + amount;
        }
    }

    /** What usage says: how many units, at which price. */
    static String used(long units, long price) {
        return units + "@" + price;
    }

    /** What is to be paid for usage. */
    static long amount(Event event) {
        String[] parts = event.what().split("@", 2);
        return Long.parseLong(parts[0]) * Long.parseLong(parts[1]);
    }

    /** Events as a record has them. */
    static String text(List<Event> events) {
        return events.stream()
                .map(event -> new Item(event.id(), amount(event)).toString())
                .collect(Collectors.joining(BETWEEN));
    }

    /** As {@code events} are billed besides, of a period that has this on record. */
    static Bill with(@Nullable String invoice, @Nullable String adjustments, List<Event> events) {
        String before = adjustments == null ? "" : adjustments;
        if (invoice == null) {
            return new Bill(text(events), before);
        }
        return new Bill(
                invoice,
                before.isEmpty() || events.isEmpty() ? before + text(events) : before + BETWEEN + text(events));
    }

    /** Everything that is billed. */
    List<Item> items() {
        List<Item> items = new ArrayList<>(items(invoice));
        items.addAll(items(adjustments));
        return items;
    }

    static List<Item> items(@Nullable String text) {
        List<Item> items = new ArrayList<>();
        if (text != null && !text.isEmpty()) {
            for (String item : text.split(BETWEEN)) {
                String[] parts = item.split("=", 2);
                items.add(new Item(parts[0], Long.parseLong(parts[1])));
            }
        }
        return items;
    }
}
