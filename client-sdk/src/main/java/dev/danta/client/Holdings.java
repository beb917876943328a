package dev.danta.client;

import dev.danta.occ.Key;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.counter.CounterBounds;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What this client has heard last of bounded counters, and of which it may hold something. It remembers so many of them; of one
 * that it has not used for longest it gives back what it holds. Thread-safe.
 */
final class Holdings {
    static final int COUNTERS_MAX = 10_000;

    /** Counters of which a client gives back at the same time what it holds. */
    private static final int AT_ONCE = 500;

    private static final String WHAT = "giving back what is held of a bounded counter";

    private final Calls calls;
    private final int countersMax;
    /** The one used last at the end. Guards itself and what is in it. */
    private final LinkedHashMap<Key, Known> counters = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Known {
        private final CounterBounds bounds;
        private long estimate;
        private boolean held;

        Known(CounterBounds bounds) {
            this.bounds = bounds;
        }
    }

    Holdings(Calls calls, int countersMax) {
        this.calls = calls;
        this.countersMax = countersMax;
    }

    /** About how much is left of a counter; 0 if nothing was heard of it. */
    long estimate(Key counter) {
        synchronized (counters) {
            Known known = counters.get(counter);
            return known == null ? 0 : known.estimate;
        }
    }

    /** So much is left of a counter. */
    void heard(Key counter, CounterBounds bounds, long left) {
        change(counter, bounds, known -> known.estimate = left);
    }

    /** Something of a counter may be held from now on. */
    void mayHold(Key counter, CounterBounds bounds) {
        change(counter, bounds, known -> known.held = true);
    }

    /** What is held of a counter is about to be given back. */
    void givesBack(Key counter) {
        synchronized (counters) {
            Known known = counters.get(counter);
            if (known != null) {
                known.held = false;
            }
        }
    }

    private interface Change {
        void of(Known known);
    }

    private void change(Key counter, CounterBounds bounds, Change change) {
        ClientCall.GiveBack longUnused = null;
        synchronized (counters) {
            change.of(counters.computeIfAbsent(counter, key -> new Known(bounds)));
            if (counters.size() > countersMax) {
                Map.Entry<Key, Known> eldest = counters.entrySet().iterator().next();
                counters.remove(eldest.getKey());
                longUnused = eldest.getValue().held
                        ? new ClientCall.GiveBack(eldest.getKey(), eldest.getValue().bounds)
                        : null;
            }
        }
        if (longUnused != null) {
            // Nobody waits for it: what cannot be given back others call in when they need it.
            var unused = begin(longUnused, calls.defaultDeadlineNanos());
        }
    }

    /** Null if the client has stopped. */
    private @Nullable CompletableFuture<Long> begin(ClientCall.GiveBack back, long deadlineNanos) {
        try {
            return calls.giveBack(back, WHAT, deadlineNanos);
        } catch (IllegalStateException stopped) {
            return null;
        }
    }

    /** Gives back everything within {@code deadline}; of how many counters that could not be done. */
    int giveBackAll(Duration deadline) {
        long endsAtNanos = System.nanoTime() + Calls.nanos(deadline);
        Deque<ClientCall.GiveBack> rest = new ArrayDeque<>();
        synchronized (counters) {
            counters.forEach((key, known) -> {
                if (known.held) {
                    rest.add(new ClientCall.GiveBack(key, known.bounds));
                }
            });
            counters.clear();
        }
        int kept = 0;
        while (!rest.isEmpty()) {
            List<@Nullable CompletableFuture<Long>> underWay = new ArrayList<>();
            while (!rest.isEmpty() && underWay.size() < AT_ONCE) {
                underWay.add(begin(rest.remove(), Math.max(1, endsAtNanos - System.nanoTime())));
            }
            for (CompletableFuture<Long> one : underWay) {
                kept += isDone(one) ? 0 : 1;
            }
        }
        return kept;
    }

    private static boolean isDone(@Nullable CompletableFuture<Long> back) {
        try {
            return back != null && back.join() >= 0;
        } catch (CompletionException failed) {
            return false;
        }
    }
}
