package dev.danta.ir.replica;

import dev.danta.ir.id.LogIncarnation;
import java.util.List;

/** A replica's log as it stands in one view of its state: for its own machine, and for whoever follows it as a feed. */
public interface LogView {
    /** Which log it is that the numbers below belong to. */
    LogIncarnation logIncarnation();

    /** The number of the first entry that is kept; one above {@link #logEnd()} if there is none. */
    long logStart();

    /** The number of the last entry; 0 while there was none. */
    long logEnd();

    /** The entries that follow {@code after}, which is not before the first one kept, at most {@code most} of them. */
    List<LogEntry> log(long after, int most);
}
