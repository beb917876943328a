package dev.danta.ir.runtime;

/** Hands timers back to the machine as inputs. */
public interface Scheduler {
    /** Arms {@code timer} to arrive after {@code delayNanos}, in place of an earlier arming. */
    void arm(Timer timer, long delayNanos);

    void cancel(Timer timer);
}
