package dev.danta.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.client.Change;
import dev.danta.client.ChangeBatch;
import dev.danta.client.ChangeFeed;
import dev.danta.client.Codec;
import dev.danta.client.Codecs;
import dev.danta.client.EventStream;
import dev.danta.client.From;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A collection of any kind, whose changes are told in lines. */
public final class WatchedCollection {
    private static final String PAGES = " pages=";
    private static final Codec<byte[]> BYTES = Codecs.BYTES;

    /** How long the pages of streams are matters only to who appends. */
    private static final Duration PAGE = Duration.ofHours(1);

    private final boolean hasSnapshots;
    private final Function<From, Feed> opening;

    /**
     * A change as it is printed.
     *
     * @param key of what has changed
     * @param json an object, for programs
     * @param words the same in a line for people
     */
    public record Line(Key key, ObjectNode json, String words) {}

    /** @param cursor where to go on when these are handled */
    public record Lines(List<Line> lines, String cursor) {}

    /** A feed of lines. */
    public interface Feed extends AutoCloseable {
        /** As {@link ChangeFeed#next}. */
        Lines next(Duration wait);

        @Override
        void close();
    }

    /** What a kind of collection tells: the rest of an object of which key and time are there, and the rest of a line. */
    private record Told<V>(BiConsumer<ObjectNode, V> fields, Function<V, String> words) {}

    private WatchedCollection(boolean hasSnapshots, Function<From, Feed> opening) {
        this.hasSnapshots = hasSnapshots;
        this.opening = opening;
    }

    /**
     * A collection that was declared as {@code type}.
     *
     * @throws IllegalArgumentException if nothing is told of such collections
     */
    public static WatchedCollection of(Space space, String name, String type, ValueForm form) {
        int pagesAt = type.indexOf(PAGES);
        int pages = pagesAt < 0 ? 1 : Integer.parseInt(type.substring(pagesAt + PAGES.length()));
        return switch (pagesAt < 0 ? type : type.substring(0, pagesAt)) {
            case "strict" -> table(space, name, Mode.STRICT, form);
            case "register" -> table(space, name, Mode.RELAXED, form);
            case "event-stream" -> of(space.eventStream(name, BYTES, PAGE)::changes, false, events(form));
            case "set" ->
                of(
                        (pages > 1 ? space.setOf(name, BYTES, pages) : space.setOf(name, BYTES))::changes,
                        false,
                        new Told<>(
                                (fields, change) -> {
                                    fields.set("element", form.json(change.element()));
                                    fields.put("added", change.isAdded());
                                },
                                change -> (change.isAdded() ? " + " : " - ") + form.words(change.element())));
            case "grow-only-set" ->
                of(
                        (pages > 1 ? space.growSetOf(name, BYTES, pages) : space.growSetOf(name, BYTES))::changes,
                        false,
                        new Told<>(
                                (fields, element) -> fields.set("element", form.json(element)),
                                element -> " + " + form.words(element)));
            case "map" ->
                of(
                        space.mapOf(name, BYTES, BYTES)::changes,
                        false,
                        new Told<>(
                                (fields, change) -> {
                                    fields.set("field", form.json(change.field()));
                                    fields.set("value", json(change.value(), form));
                                },
                                change -> " " + form.words(change.field()) + words(change.value(), form)));
            case "counter" ->
                of(
                        space.counter(name)::changes,
                        false,
                        new Told<>(
                                (fields, share) -> fields.put("client", share.client())
                                        .put("number", share.number())
                                        .put("sum", share.sum()),
                                share -> " " + share.client() + " has added " + share.sum() + " in " + share.number()));
            default -> throw new IllegalArgumentException("nothing is told of a collection of type " + type);
        };
    }

    private static WatchedCollection table(Space space, String name, Mode mode, ValueForm form) {
        return of(
                space.table(name, BYTES, mode)::changes,
                mode == Mode.STRICT,
                // Its value is in the change itself: none if it was deleted.
                new Told<>(
                        (fields, value) -> fields.set("value", form.json(value)), value -> " = " + form.words(value)));
    }

    private static Told<EventStream.Event<byte[]>> events(ValueForm form) {
        return new Told<>(
                (fields, event) -> fields.put("valid", event.valid().toString())
                        .put("recorded", event.recorded().toString())
                        .set("event", form.json(event.event())),
                event -> " at " + event.valid() + ": " + form.words(event.event()));
    }

    private static JsonNode json(Optional<byte[]> value, ValueForm form) {
        return value.map(form::json).orElse(JsonNodeFactory.instance.nullNode());
    }

    private static String words(Optional<byte[]> value, ValueForm form) {
        return value.map(bytes -> " = " + form.words(bytes)).orElse(" deleted");
    }

    private static <V> WatchedCollection of(Function<From, ChangeFeed<V>> opening, boolean hasSnapshots, Told<V> told) {
        return new WatchedCollection(hasSnapshots, from -> {
            ChangeFeed<V> feed = opening.apply(from);
            return new Feed() {
                @Override
                public Lines next(Duration wait) {
                    ChangeBatch<V> batch = feed.next(wait);
                    return new Lines(
                            batch.changes().stream()
                                    .map(change -> line(change, batch.isSnapshot(), told))
                                    .toList(),
                            batch.cursor());
                }

                @Override
                public void close() {
                    feed.close();
                }
            };
        });
    }

    /** Whether a feed may begin with what is there. */
    public boolean hasSnapshots() {
        return hasSnapshots;
    }

    /** As {@code changes} of the collection. */
    public Feed changes(From from) {
        return opening.apply(from);
    }

    private static <V> Line line(Change<V> change, boolean isSnapshot, Told<V> told) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("key", elements(change.key()));
        change.value().ifPresentOrElse(value -> told.fields().accept(json, value), () -> json.putNull("value"));
        if (isSnapshot) {
            json.put("snapshot", true);
        } else {
            json.put("timestamp", change.timestamp()).put("overtaken", change.isOvertaken());
        }
        String words = change.value().map(told.words()).orElse(" deleted");
        return new Line(change.key(), json, words(change.key()) + words + (change.isOvertaken() ? " (overtaken)" : ""));
    }

    private static ArrayNode elements(Key key) {
        ArrayNode elements = JsonNodeFactory.instance.arrayNode(key.size());
        for (int i = 0; i < key.size(); i++) {
            Object element = key.get(i);
            if (element instanceof Long number) {
                elements.add(number);
            } else if (element instanceof Boolean truth) {
                elements.add(truth);
            } else if (element instanceof Key nested) {
                elements.add(elements(nested));
            } else {
                elements.add(element instanceof byte[] bytes ? ValueForm.hex(bytes) : String.valueOf(element));
            }
        }
        return elements;
    }

    private static String words(Key key) {
        return String.join("/", texts(key));
    }

    /** The elements as they are typed. */
    static List<String> texts(Key key) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            Object element = key.get(i);
            texts.add(
                    element instanceof byte[] bytes
                            ? ValueForm.hex(bytes)
                            : element instanceof Key nested ? "(" + words(nested) + ")" : String.valueOf(element));
        }
        return texts;
    }

    /** Whether {@code key} begins with these elements, as they are typed. */
    public static boolean beginsWith(Key key, List<String> prefix) {
        List<String> texts = texts(key);
        return texts.size() >= prefix.size() && texts.subList(0, prefix.size()).equals(prefix);
    }
}
