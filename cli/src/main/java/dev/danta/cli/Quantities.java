package dev.danta.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How quantities are written on the command line. */
final class Quantities {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,12})\\s*([a-zA-Z]*)");

    private Quantities() {}

    /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}; a number alone is seconds. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Matcher matcher = matched(text, "a duration such as 500ms, 30s or 5m");
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                case "ms" -> Duration.ofMillis(number);
                case "", "s" -> Duration.ofSeconds(number);
                case "m", "min" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default ->
                    throw new TypeConversionException("'" + text + "' is not a duration: the units are ms, s, m and h");
            };
        }
    }

    /** {@code 512m}, {@code 2g}; in units of 1024, a number alone is bytes. */
    static final class SizeConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            Matcher matcher = matched(text, "a size such as 512m or 2g");
            long number = Long.parseLong(matcher.group(1));
            int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                case "", "b" -> 0;
                case "k", "kib" -> 10;
                case "m", "mib" -> 20;
                case "g", "gib" -> 30;
                default -> throw new TypeConversionException("'" + text + "' is not a size: the units are k, m and g");
            };
            if (number > Long.MAX_VALUE >> shift) {
                throw new TypeConversionException("'" + text + "' is too big a size");
            }
            return number << shift;
        }
    }

    private static Matcher matched(String text, String expected) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is not " + expected);
        }
        return matcher;
    }
}
