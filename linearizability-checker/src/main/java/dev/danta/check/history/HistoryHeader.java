package dev.danta.check.history;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a file of a history says about itself in its first line.
 *
 * @param format the version of the format, {@link #FORMAT} in files of ours
 * @param model the name of the model to judge it by
 * @param seed what the run was made from, or null
 * @param settings anything else, such as the model's initial value
 */
public record HistoryHeader(
        int format, String model, @Nullable Long seed, Map<String, String> settings) {
    /** The version of the format that is written, and the newest that can be read. */
    public static final int FORMAT = 1;

    public HistoryHeader {
        if (format < 1 || format > FORMAT) {
            throw new IllegalArgumentException("format must be 1 to " + FORMAT + ": " + format);
        }
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** A header without a seed. */
    public static HistoryHeader of(String model) {
        return new HistoryHeader(FORMAT, model, null, Map.of());
    }

    /** The same with a seed. */
    public HistoryHeader withSeed(long newSeed) {
        return new HistoryHeader(format, model, newSeed, settings);
    }

    /** The same with one more setting. */
    public HistoryHeader with(String name, String value) {
        Map<String, String> more = new TreeMap<>(settings);
        more.put(name, value);
        return new HistoryHeader(format, model, seed, more);
    }

    /** What the run was made from. */
    public OptionalLong seedIfKnown() {
        return seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
    }
}
