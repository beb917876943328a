package dev.danta.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A word on the command line that stands for something: whoever knows the words refuses others in one line. */
abstract class WordConverter<T> implements ITypeConverter<T> {
    private final Function<String, T> named;

    /** @param named throws {@link IllegalArgumentException} for a word that it does not know */
    WordConverter(Function<String, T> named) {
        this.named = named;
    }

    /** One of these by its name, in any case, with {@code -} for {@code _}. */
    static <E extends Enum<E>> Function<String, E> oneOf(E[] values) {
        return word -> {
            List<String> words = new ArrayList<>();
            for (E value : values) {
                String known = value.name().toLowerCase(Locale.ROOT).replace('_', '-');
                if (known.equalsIgnoreCase(word)) {
                    return value;
                }
                words.add(known);
            }
            throw new IllegalArgumentException("'" + word + "' is none of " + String.join(", ", words));
        };
    }

    @Override
    public final T convert(String word) {
        try {
            return named.apply(word);
        } catch (IllegalArgumentException unknown) {
            throw new TypeConversionException(String.valueOf(unknown.getMessage()));
        }
    }
}
