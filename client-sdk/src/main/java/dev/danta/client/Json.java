package dev.danta.client;

import java.lang.reflect.Type;

/**
 * Values as JSON, by Jackson ({@code com.fasterxml.jackson.core:jackson-databind}), which an application brings along if
 * it uses this. Records and beans are written by their properties; modules that Jackson finds on the class path, for dates
 * for example, are used. A property that a class does not have is skipped, so that an older version of an application reads
 * what a newer one has written. Whoever needs Jackson set up otherwise writes a {@link Codec} of their own in a few lines.
 */
public final class Json {
    private static final String JACKSON = "com.fasterxml.jackson.databind.json.JsonMapper";

    private Json() {}

    /**
     * Values of {@code type}.
     *
     * @throws IllegalStateException if Jackson is not on the class path; the message names what to add
     */
    public static <T> Codec<T> of(Class<T> type) {
        return of((Type) type);
    }

    /**
     * Values of a type with parameters, such as {@code List<Order>}; it is the caller's word that it is {@code T}.
     *
     * @throws IllegalStateException as {@link #of(Class)}
     */
    public static <T> Codec<T> of(Type type) {
        requireJackson();
        return new JacksonCodec<>(type);
    }

    private static void requireJackson() {
        try {
            Class.forName(JACKSON, false, Json.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "Json needs Jackson: add com.fasterxml.jackson.core:jackson-databind to the class path", e);
        }
    }
}
