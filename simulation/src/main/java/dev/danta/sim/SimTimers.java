package dev.danta.sim;

import dev.danta.ir.runtime.Scheduler;
import dev.danta.ir.runtime.Timer;
import dev.danta.sim.kernel.SimClock;
import dev.danta.sim.kernel.SimRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The timers of one process, by its own clock; one that was cancelled may still come, if it was on its way. */
final class SimTimers implements Scheduler {
    private static final double CANCELLED_COMES_ANYWAY = 0.02;

    private final SimClock clock;
    private final SimRandom random;
    private final Later later;
    private final Consumer<Timer> fired;
    private final Map<Timer, Long> armed = new LinkedHashMap<>();
    private long armings;

    /** Does something after a while, unless the process is dead then. */
    interface Later {
        void run(long nanos, Runnable action);
    }

    SimTimers(SimClock clock, SimRandom random, Later later, Consumer<Timer> fired) {
        this.clock = clock;
        this.random = random;
        this.later = later;
        this.fired = fired;
    }

    @Override
    public void arm(Timer timer, long delayNanos) {
        long arming = armings++;
        armed.put(timer, arming);
        later.run(clock.worldNanos(delayNanos), () -> {
            if (armed.remove(timer, arming)) {
                fired.accept(timer);
            }
        });
    }

    @Override
    public void cancel(Timer timer) {
        if (!random.chance(CANCELLED_COMES_ANYWAY)) {
            armed.remove(timer);
        }
    }
}
