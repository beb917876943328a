package dev.danta.check.judge;

import dev.danta.check.history.HistoryHeader;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.txn.Consistency;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a history does not say about itself. Every model uses what concerns it.
 *
 * @param initial what there was before the first operation, in the words of the model; null for what the model itself takes
 * @param nilRead what a read of nothing says
 * @param failedCas what a refusal says
 * @param floor the least value of a bounded counter
 * @param ceiling the greatest value of a bounded counter
 * @param consistency what transactions must be
 * @param key where the key of an operation stands
 */
public record JudgeSettings(
        @Nullable String initial,
        RegisterModel.NilRead nilRead,
        RegisterModel.FailedCas failedCas,
        long floor,
        long ceiling,
        Consistency consistency,
        KeyPlace key) {
    static final String INITIAL = "initial";
    private static final String NIL_READ = "nil-read";
    private static final String FAILED_CAS = "failed-cas";
    private static final String FLOOR = "floor";
    private static final String CEILING = "ceiling";
    private static final String CONSISTENCY = "consistency";
    private static final String KEY = "key";

    /** Where the key of an operation stands. */
    public enum KeyPlace {
        /** Where the model itself says; an object that has none is a single one. */
        MODEL,
        /** In the field {@code key}: each is an object of its own. */
        FIELD,
        /** In the value, as {@code [key value]}: each is an object of its own. */
        VALUE0;

        /** The word on a command line. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Nothing said: every answer is an observation, transactions are strict serializable. */
    public static JudgeSettings defaults() {
        return new JudgeSettings(
                null,
                RegisterModel.NilRead.ABSENT,
                RegisterModel.FailedCas.OBSERVED,
                0,
                Long.MAX_VALUE,
                Consistency.STRICT_SERIALIZABLE,
                KeyPlace.MODEL);
    }

    /**
     * What the header of a file says, where it says anything.
     *
     * @throws IllegalArgumentException if it says what nobody understands
     */
    public static JudgeSettings of(HistoryHeader header) {
        Map<String, String> said = header.settings();
        JudgeSettings defaults = defaults();
        return new JudgeSettings(
                said.get(INITIAL),
                word(said, NIL_READ, RegisterModel.NilRead.values(), defaults.nilRead),
                word(said, FAILED_CAS, RegisterModel.FailedCas.values(), defaults.failedCas),
                number(said, FLOOR, defaults.floor),
                number(said, CEILING, defaults.ceiling),
                said.containsKey(CONSISTENCY) ? Consistency.named(said.get(CONSISTENCY)) : defaults.consistency,
                word(said, KEY, KeyPlace.values(), defaults.key));
    }

    private static <E extends Enum<E>> E word(Map<String, String> said, String name, E[] values, E otherwise) {
        String word = said.get(name);
        if (word == null) {
            return otherwise;
        }
        for (E value : values) {
            if (value.name().equalsIgnoreCase(word)) {
                return value;
            }
        }
        throw new IllegalArgumentException("\"" + name + "\" cannot be '" + word + "'");
    }

    private static long number(Map<String, String> said, String name, long otherwise) {
        String number = said.get(name);
        try {
            return number == null ? otherwise : Long.parseLong(number);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("\"" + name + "\" cannot be '" + number + "'", notANumber);
        }
    }

    /** A header that says so, for a history that is written as this model's codec writes it. */
    public HistoryHeader header(Subject subject) {
        HistoryHeader header = HistoryHeader.of(subject.label());
        // Whatever is written has its key in a field of its own.
        JudgeSettings written = key == KeyPlace.MODEL ? this : withKey(KeyPlace.FIELD);
        for (Map.Entry<String, String> said : written.said().entrySet()) {
            header = header.with(said.getKey(), said.getValue());
        }
        return header;
    }

    /** What differs from {@link #defaults}, as a header says it. */
    public Map<String, String> said() {
        JudgeSettings defaults = defaults();
        Map<String, String> said = new TreeMap<>();
        if (initial != null) {
            said.put(INITIAL, initial);
        }
        if (nilRead != defaults.nilRead) {
            said.put(NIL_READ, lower(nilRead));
        }
        if (failedCas != defaults.failedCas) {
            said.put(FAILED_CAS, lower(failedCas));
        }
        if (floor != defaults.floor) {
            said.put(FLOOR, Long.toString(floor));
        }
        if (ceiling != defaults.ceiling) {
            said.put(CEILING, Long.toString(ceiling));
        }
        if (consistency != defaults.consistency) {
            said.put(CONSISTENCY, consistency.label());
        }
        if (key != defaults.key) {
            said.put(KEY, key.label());
        }
        return said;
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    /** The same with another beginning. */
    public JudgeSettings withInitial(@Nullable String newInitial) {
        return new JudgeSettings(newInitial, nilRead, failedCas, floor, ceiling, consistency, key);
    }

    /** The same with keys elsewhere. */
    public JudgeSettings withKey(KeyPlace place) {
        return new JudgeSettings(initial, nilRead, failedCas, floor, ceiling, consistency, place);
    }

    /** The same at another level. */
    public JudgeSettings withConsistency(Consistency level) {
        return new JudgeSettings(initial, nilRead, failedCas, floor, ceiling, level, key);
    }
}
