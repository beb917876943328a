package dev.danta.node;

import dev.danta.ir.runtime.Scheduler;
import dev.danta.ir.runtime.Timer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The timers of a machine whose thread looks after them itself, between two batches: armed by the driver, asked by the
 * loop. For few timers. Not thread-safe; one thread does both.
 */
final class DueTimers implements Scheduler {
    private final Map<Timer, Long> dueNanos = new LinkedHashMap<>();

    @Override
    public void arm(Timer timer, long delayNanos) {
        dueNanos.put(timer, System.nanoTime() + delayNanos);
    }

    @Override
    public void cancel(Timer timer) {
        dueNanos.remove(timer);
    }

    /** How long until the next one is due: 0 or less if one is, {@link Long#MAX_VALUE} if none is armed. */
    long patienceNanos() {
        long now = System.nanoTime();
        long patience = Long.MAX_VALUE;
        for (long due : dueNanos.values()) {
            patience = Math.min(patience, due - now);
        }
        return patience;
    }

    /** Takes out those that are due. */
    List<Timer> takeDue() {
        long now = System.nanoTime();
        List<Timer> due = new ArrayList<>();
        for (Iterator<Map.Entry<Timer, Long>> entries = dueNanos.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<Timer, Long> entry = entries.next();
            if (entry.getValue() - now <= 0) {
                due.add(entry.getKey());
                entries.remove();
            }
        }
        return due;
    }
}
