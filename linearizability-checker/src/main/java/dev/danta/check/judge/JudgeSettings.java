package dev.danta.check.judge;

import dev.danta.check.model.RegisterModel;
import dev.danta.check.txn.Consistency;
import java.util.Locale;
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

    /** The same with another beginning. */
    public JudgeSettings withInitial(@Nullable String newInitial) {
        return new JudgeSettings(newInitial, nilRead, failedCas, floor, ceiling, consistency, key);
    }

    /** The same at another level. */
    public JudgeSettings withConsistency(Consistency level) {
        return new JudgeSettings(initial, nilRead, failedCas, floor, ceiling, level, key);
    }
}
