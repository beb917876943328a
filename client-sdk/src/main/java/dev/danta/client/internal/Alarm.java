package dev.danta.client.internal;

import dev.danta.ir.runtime.Scheduler;
import dev.danta.ir.runtime.Timer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One daemon thread that sleeps until the next timer is due and hands over what is; nothing is woken while nothing is
 * armed. Thread-safe.
 */
final class Alarm implements Scheduler {
    private static final long TICK_NANOS = 1_000_000;
    /** About four seconds: most deadlines end within one turn of the wheel. */
    private static final int SLOTS = 4096;

    private final Object lock = new Object();
    private final TimerWheel<Timer> wheel = new TimerWheel<>(TICK_NANOS, SLOTS, System.nanoTime());
    private final Consumer<List<Timer>> onDue;
    private final Thread thread;
    private long wakesAtNanos;
    private boolean sleepsWithoutEnd = true;
    private volatile boolean nudged;
    private volatile boolean stopped;

    /** Not yet begun; {@code onDue} is called on this alarm's thread, also with an empty list after a nudge. */
    Alarm(String name, Consumer<List<Timer>> onDue) {
        this.onDue = onDue;
        this.thread = new Thread(this::loop, name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The thread ends; timers that are armed never fire. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    /** Has {@code onDue} called soon, whether or not a timer is due. */
    void nudge() {
        nudged = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void arm(Timer timer, long delayNanos) {
        boolean wake;
        synchronized (lock) {
            long now = System.nanoTime();
            wheel.arm(timer, delayNanos, now);
            // A tick is added because it would not be due any sooner.
            wake = sleepsWithoutEnd || now + delayNanos + TICK_NANOS - wakesAtNanos < 0;
        }
        if (wake) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void cancel(Timer timer) {
        synchronized (lock) {
            wheel.cancel(timer);
        }
    }

    private void loop() {
        while (!stopped) {
            boolean called = nudged;
            nudged = false;
            List<Timer> due;
            synchronized (lock) {
                due = wheel.expire(System.nanoTime());
            }
            if (called || !due.isEmpty()) {
                onDue.accept(due);
            } else {
                sleep();
            }
        }
    }

    private void sleep() {
        OptionalLong toNext;
        synchronized (lock) {
            long now = System.nanoTime();
            toNext = wheel.nanosToNext(now);
            sleepsWithoutEnd = toNext.isEmpty();
            wakesAtNanos = now + toNext.orElse(0);
        }
        // Who armed, nudged or stopped after the look above has unparked this thread, so that it does not sleep now.
        if (toNext.isEmpty()) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, toNext.getAsLong());
        }
    }
}
