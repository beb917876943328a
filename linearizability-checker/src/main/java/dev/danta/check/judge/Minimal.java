package dev.danta.check.judge;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.history.HistoryHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small part of a history that is wrong as the whole is. Its operations have the lines of the whole.
 *
 * @param history the part
 * @param aborted the aborted operations that belong to it
 * @param initial what there is before the first of its operations, in the words of the settings, if something else than
 *     before the whole; else null
 * @param judgement what is wrong with it
 * @param tries how many parts were judged on the way
 * @param complete whether nothing more could be left out; else time was up
 */
public record Minimal<I, O>(
        History<I, O> history,
        List<Operation<I, O>> aborted,
        @Nullable String initial,
        Judgement<I, O> judgement,
        int tries,
        boolean complete) {
    public Minimal {
        aborted = List.copyOf(aborted);
    }

    /** The first line of a file of the part, which {@code judge} has made small. */
    public HistoryHeader header(Judge<I, O> judge) {
        return initial == null ? judge.header() : judge.header().with(JudgeSettings.INITIAL, initial);
    }
}
