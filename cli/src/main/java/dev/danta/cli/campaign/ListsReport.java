package dev.danta.cli.campaign;

import dev.danta.check.Result;
import java.nio.file.Path;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run on lists.
 *
 * @param transactions those of known outcome, and in the end one for each list
 * @param unknown those of which nobody knows whether they took effect
 * @param failed those that certainly took none
 * @param remembered how many keys clients took from their caches and asked nobody for
 * @param happened how many nodes each fault was made for, summed up
 * @param result the verdict on strict serializability
 * @param trouble what did not come about; empty if everything did
 * @param history where it is, if the run is not as it should be
 */
public record ListsReport(
        int transactions,
        int unknown,
        int failed,
        long remembered,
        SortedMap<Fault, Integer> happened,
        Result<?, ?> result,
        String trouble,
        @Nullable Path history) {

    /** What can happen to nodes. One after the other, to as many at a time as may be away. */
    public enum Fault {
        /** The process is killed, and started again. */
        KILL,
        /** It is told to end, and started again. */
        STOP,
        /** It stands still, and goes on. */
        PAUSE,
        /** Nothing goes between it and the other nodes, nor between it and clients, nor either; or one way only. */
        CUT
    }

    /** How many nodes this has happened to. */
    public int happened(Fault fault) {
        return happened.getOrDefault(fault, 0);
    }

    /** Whether all came about, and the history is valid. */
    public boolean isWell() {
        return trouble.isEmpty() && result.isValid();
    }
}
