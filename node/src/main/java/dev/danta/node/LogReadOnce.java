package dev.danta.node;

import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.replica.LogEntry;
import dev.danta.ir.replica.LogView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A log for many readers of one snapshot, most of whom are at the same place in it. */
final class LogReadOnce implements LogView {
    /** So many parts are remembered, of some hundred entries each. */
    private static final int PARTS_MAX = 4;

    private final LogView log;
    private final Map<Part, List<LogEntry>> read = new HashMap<>();

    private record Part(long after, int most) {}

    LogReadOnce(LogView log) {
        this.log = log;
    }

    @Override
    public LogIncarnation logIncarnation() {
        return log.logIncarnation();
    }

    @Override
    public long logStart() {
        return log.logStart();
    }

    @Override
    public long logEnd() {
        return log.logEnd();
    }

    @Override
    public List<LogEntry> log(long after, int most) {
        Part part = new Part(after, most);
        List<LogEntry> known = read.get(part);
        if (known == null) {
            known = log.log(after, most);
            if (read.size() < PARTS_MAX) {
                read.put(part, known);
            }
        }
        return known;
    }
}
