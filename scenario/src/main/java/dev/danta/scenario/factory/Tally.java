package dev.danta.scenario.factory;

import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.util.LinkedHashMap;
import java.util.Map;

/** How much of something was done, where nobody was always told: at least so much, and at most so much. Thread-safe. */
final class Tally<K> {
    private static final Range NOTHING = new Range(0, 0);

    private final Map<K, Range> ranges = new LinkedHashMap<>();

    /** From {@code least} to {@code most}, both included. */
    record Range(long least, long most) {
        Range plus(long more) {
            return new Range(least + more, most + more);
        }

        Range plus(Range other) {
            return new Range(least + other.least, most + other.most);
        }

        Range minus(Range other) {
            return new Range(least - other.most, most - other.least);
        }

        boolean has(long value) {
            return value >= least && value <= most;
        }
    }

    /** It may take effect from now on. */
    synchronized void begun(K key, long amount) {
        ranges.merge(key, new Range(0, amount), Range::plus);
    }

    /** What was begun as {@code amount} has ended, and took effect as {@code effective} if it is done. */
    synchronized void ended(K key, long amount, long effective, Port.Reply reply) {
        Range change = switch (reply) {
            case DONE -> new Range(effective, effective - amount);
            case NOT_DONE -> new Range(0, -amount);
            case UNKNOWN -> NOTHING;
        };
        ranges.merge(key, change, Range::plus);
    }

    void ended(K key, long amount, Port.Reply reply) {
        ended(key, amount, amount, reply);
    }

    synchronized Range of(K key) {
        return ranges.getOrDefault(key, NOTHING);
    }

    /** How a transaction went. */
    static Port.Reply reply(Work.Ending ending) {
        if (ending instanceof Work.Ending.Done) {
            return Port.Reply.DONE;
        }
        return ending instanceof Work.Ending.Unknown ? Port.Reply.UNKNOWN : Port.Reply.NOT_DONE;
    }
}
