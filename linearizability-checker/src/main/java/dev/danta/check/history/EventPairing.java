package dev.danta.check.history;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes operations out of events, one event after another, in the order of the source. Not thread-safe.
 *
 * <p>Invariant: a process has at most one open invocation; times never go back; either all client events have a time or
 * none has.
 */
final class EventPairing<I, O> {
    /** An invocation waiting for its completion. */
    private record Open<I>(HistoryEvent event, I input, long at) {}

    private final OperationCodec<I, O> codec;
    private final Map<Long, Open<I>> open = new LinkedHashMap<>();
    private final List<Operation<I, O>> operations = new ArrayList<>();
    private @Nullable Boolean timed;
    private long latest = Long.MIN_VALUE;
    private long events;
    private long observed;
    private final List<HistoryFile.Observation> observations = new ArrayList<>();
    private final List<Operation<I, O>> failed = new ArrayList<>();

    EventPairing(OperationCodec<I, O> codec) {
        this.codec = codec;
    }

    /**
     * Takes the next event.
     *
     * @throws MalformedHistoryException if it does not fit to those before
     */
    void add(HistoryEvent event) {
        events++;
        Long process = event.process();
        if (process == null) {
            observe(event);
            return;
        }
        long at = stamp(event);
        if (event.type() == HistoryEvent.Type.INVOKE) {
            Open<I> already = open.putIfAbsent(process, new Open<>(event, codec.input(event), at));
            if (already != null) {
                throw event.malformed("process " + process + " invokes " + event.f() + " while its " + already.event.f()
                        + " of line " + already.event.line() + " is open");
            }
            return;
        }
        Open<I> begun = open.remove(process);
        if (begun == null) {
            throw event.malformed("process " + process + " completes " + event.f() + ", which it never invoked");
        }
        if (!begun.event.f().equals(event.f())) {
            throw event.malformed("process " + process + " completes " + event.f() + ", but invoked " + begun.event.f()
                    + " at line " + begun.event.line());
        }
        if (event.type() == HistoryEvent.Type.FAIL) {
            failed.add(unknown(process, begun));
        } else if (event.type() == HistoryEvent.Type.INFO) {
            operations.add(unknown(process, begun));
        } else {
            O output = codec.output(begun.input, event);
            operations.add(
                    new Operation<>(process, begun.input, output, begun.at, at, begun.event.line(), event.line()));
        }
    }

    /** What all events together are. Invocations still open are of unknown outcome. */
    HistoryFile<I, O> finish(@Nullable HistoryHeader header, @Nullable Long torn) {
        List<Operation<I, O>> all = new ArrayList<>(operations);
        open.forEach((process, begun) -> all.add(unknown(process, begun)));
        return new HistoryFile<>(header, History.of(all), events, observed, observations, failed, torn);
    }

    /** What observers do has no order that could be wrong: where they give no time, the line says when. */
    private void observe(HistoryEvent event) {
        observed++;
        if (observations.size() < HistoryFile.OBSERVATIONS_MAX) {
            Long time = event.timeNanos();
            long at = time == null || Boolean.FALSE.equals(timed) ? Math.max(event.line(), latest) : time;
            Object value = event.fields().get("value");
            observations.add(
                    new HistoryFile.Observation(at, event.line(), event.f() + (value == null ? "" : " " + value)));
        }
    }

    private static <I, O> Operation<I, O> unknown(long process, Open<I> begun) {
        return new Operation<>(
                process, begun.input, null, begun.at, Operation.NEVER, begun.event.line(), Operation.NO_LINE);
    }

    private long stamp(HistoryEvent event) {
        boolean hasTime = event.timeNanos() != null;
        if (timed != null && timed != hasTime) {
            throw event.malformed(hasTime ? "has a time, unlike the events before" : "has no time");
        }
        timed = hasTime;
        long at = event.timeNanos() == null ? Math.max(event.line(), latest + 1) : event.timeNanos();
        if (at < latest) {
            throw event.malformed("time goes back from " + latest + " to " + at);
        }
        if (at == Operation.NEVER) {
            throw event.malformed("time " + at + " is out of range");
        }
        latest = at;
        return at;
    }
}
