package dev.danta.check.history;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an object can be asked: the word for each kind of input, its value, and how it is read. Immutable. */
final class Verbs<I> {
    private final String who;
    private final Map<Class<?>, Written<I>> written;
    private final Map<String, Function<HistoryEvent, I>> read;

    /** How an input is written. */
    private record Written<I>(String f, Function<I, @Nullable Object> value) {}

    private Verbs(String who, Map<Class<?>, Written<I>> written, Map<String, Function<HistoryEvent, I>> read) {
        this.who = who;
        this.written = written;
        this.read = read;
    }

    /** @param who as in {@code a queue knows ...} */
    static <I> Verbs<I> of(String who) {
        return new Verbs<>(who, Map.of(), Map.of());
    }

    /** One more: inputs of this class. */
    <X extends I> Verbs<I> verb(
            String f, Class<X> type, Function<X, @Nullable Object> value, Function<HistoryEvent, I> reading) {
        Map<Class<?>, Written<I>> more = new LinkedHashMap<>(written);
        more.put(type, new Written<>(f, input -> value.apply(type.cast(input))));
        return new Verbs<>(who, more, read).alsoRead(f, reading);
    }

    /** A word that others use: it is read and never written. */
    Verbs<I> alsoRead(String f, Function<HistoryEvent, I> reading) {
        Map<String, Function<HistoryEvent, I>> more = new LinkedHashMap<>(read);
        more.put(f, reading);
        return new Verbs<>(who, written, more);
    }

    String f(I input) {
        return of(input).f;
    }

    @Nullable
    Object value(I input) {
        return of(input).value.apply(input);
    }

    private Written<I> of(I input) {
        Written<I> known = written.get(input.getClass());
        if (known == null) {
            throw new IllegalArgumentException(who + " knows no " + input);
        }
        return known;
    }

    I read(HistoryEvent invoke) {
        Function<HistoryEvent, I> reading = read.get(invoke.f());
        if (reading == null) {
            throw invoke.malformed(who + " knows " + words() + ", not " + invoke.f());
        }
        return reading.apply(invoke);
    }

    private String words() {
        List<String> words = written.values().stream().map(Written::f).toList();
        int last = words.size() - 1;
        return String.join(", ", words.subList(0, last)) + " and " + words.get(last);
    }
}
