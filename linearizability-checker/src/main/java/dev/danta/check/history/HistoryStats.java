package dev.danta.check.history;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is in a history, of whatever model.
 *
 * @param format what it is written in
 * @param header what it says about itself, or null
 * @param events all of them, those of observers too
 * @param observed events of observers
 * @param processes how many there are; one that has lost an answer goes on under another number
 * @param keys how many are named, in the field {@code key}, in the values if asked for, or in the steps of transactions
 * @param openMax the most operations under way at a time; one of unknown outcome until that is said
 * @param openMean operations under way when one begins, itself included, on average; 0 if there is none
 * @param duration from the first event to the last, or null if events have no times
 * @param functions how operations have ended, by what was asked, in the order of the names
 * @param torn the line at which it breaks off, or null if it is whole
 */
public record HistoryStats(
        HistoryFormat format,
        @Nullable HistoryHeader header,
        long events,
        long observed,
        int processes,
        int keys,
        int openMax,
        double openMean,
        @Nullable Duration duration,
        Map<String, Outcomes> functions,
        @Nullable Long torn) {

    public HistoryStats {
        functions = Collections.unmodifiableMap(new TreeMap<>(functions));
    }

    /**
     * How operations have ended.
     *
     * @param ok with an answer
     * @param failed certainly without effect
     * @param unknown nobody knows how, or not at all
     */
    public record Outcomes(long ok, long failed, long unknown) {
        /** All of them. */
        public long operations() {
            return ok + failed + unknown;
        }

        private Outcomes plus(Outcomes more) {
            return new Outcomes(ok + more.ok, failed + more.failed, unknown + more.unknown);
        }
    }

    /** How the operations of all functions have ended. */
    public Outcomes outcomes() {
        return functions.values().stream().reduce(new Outcomes(0, 0, 0), Outcomes::plus);
    }

    /** What it says about itself. */
    public Optional<HistoryHeader> headerIfPresent() {
        return Optional.ofNullable(header);
    }

    /** From the first event to the last. */
    public Optional<Duration> durationIfTimed() {
        return Optional.ofNullable(duration);
    }

    /** Where it breaks off, if it does. */
    public OptionalLong tornLine() {
        return torn == null ? OptionalLong.empty() : OptionalLong.of(torn);
    }

    /**
     * Reads all of a history.
     *
     * @param keyInValue whether values are {@code [key value]}
     * @throws dev.danta.check.MalformedHistoryException if it is none
     */
    public static HistoryStats of(HistoryInput input, boolean keyInValue) throws IOException {
        Count count = new Count(keyInValue);
        EventPairing<String, Boolean> pairing = new EventPairing<>(new UnjudgedCodec());
        long events = input.events(event -> {
            pairing.add(event);
            count.add(event);
        });
        OptionalLong torn = input.tornLine();
        pairing.finish(null, null);
        return count.stats(input, events, torn.isPresent() ? torn.getAsLong() : null);
    }

    /** Counts one event after another. */
    private static final class Count {
        private static final String TXN = "txn";

        private final boolean keyInValue;
        private final Set<Long> processes = new HashSet<>();
        private final Set<String> keys = new HashSet<>();
        private final Map<String, Outcomes> functions = new TreeMap<>();
        private long observed;
        private int open;
        private int openMax;
        private long openSum;
        private long begun;
        private @Nullable Long firstNanos;
        private long lastNanos = Long.MIN_VALUE;

        Count(boolean keyInValue) {
            this.keyInValue = keyInValue;
        }

        void add(HistoryEvent event) {
            Object time = event.timeNanos() == null ? event.fields().get("time") : event.timeNanos();
            if (time instanceof Long nanos) {
                firstNanos = firstNanos == null ? nanos : Math.min(firstNanos, nanos);
                lastNanos = Math.max(lastNanos, nanos);
            }
            if (event.process() == null) {
                observed++;
                return;
            }
            functions.merge(event.f(), change(event.type()), Outcomes::plus);
            if (event.type() == HistoryEvent.Type.INVOKE) {
                processes.add(event.process());
                addKeys(event);
                begun++;
                open++;
                openSum += open;
                openMax = Math.max(openMax, open);
            } else {
                open--;
            }
        }

        /** What begins is of unknown outcome until its end is known. */
        private static Outcomes change(HistoryEvent.Type type) {
            return switch (type) {
                case INVOKE -> new Outcomes(0, 0, 1);
                case OK -> new Outcomes(1, 0, -1);
                case FAIL -> new Outcomes(0, 1, -1);
                case INFO -> new Outcomes(0, 0, 0);
            };
        }

        private void addKeys(HistoryEvent event) {
            Object key = event.fields().get("key");
            Object value = event.fields().get("value");
            if (key != null) {
                keys.add(String.valueOf(key));
            } else if (keyInValue) {
                keys.add(String.valueOf(event.withKeyOutOfValue().fields().get("key")));
            } else if (event.f().equals(TXN) && value instanceof List<?> steps) {
                for (Object step : steps) {
                    if (step instanceof List<?> parts && parts.size() > 1) {
                        keys.add(String.valueOf(parts.get(1)));
                    }
                }
            }
        }

        HistoryStats stats(HistoryInput input, long events, @Nullable Long torn) {
            return new HistoryStats(
                    input.format(),
                    input.header().orElse(null),
                    events,
                    observed,
                    processes.size(),
                    keys.size(),
                    openMax,
                    begun == 0 ? 0 : (double) openSum / begun,
                    firstNanos == null ? null : Duration.ofNanos(lastNanos - firstNanos),
                    functions,
                    torn);
        }
    }
}
