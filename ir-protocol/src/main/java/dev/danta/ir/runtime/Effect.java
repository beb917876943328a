package dev.danta.ir.runtime;

import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;

/** What a top-level machine asks of its driver. */
public sealed interface Effect {
    /** Make {@code mutation} part of this step's atomic change. */
    record Persist(Mutation mutation) implements Effect {}

    /** Send, once everything persisted before is durable. May be lost, repeated or overtaken. */
    record Send(Address to, Envelope envelope) implements Effect {}

    /**
     * Hand {@code timer} back as an input after about {@code afterNanos}: the driver draws a uniform delay from
     * {@code afterNanos} to {@code afterNanos + jitterNanos}. A timer that is already armed is armed anew.
     */
    record Arm(Timer timer, long afterNanos, long jitterNanos) implements Effect {
        public Arm {
            if (afterNanos < 0 || jitterNanos < 0) {
                throw new IllegalArgumentException("delays must not be negative: " + afterNanos + ", " + jitterNanos);
            }
        }
    }

    /** Forget {@code timer}; it may still arrive if it was on its way. */
    record Cancel(Timer timer) implements Effect {}

    /** Tell the process that the machine lives in, once everything persisted before is durable. */
    record Tell(Report report) implements Effect {}
}
