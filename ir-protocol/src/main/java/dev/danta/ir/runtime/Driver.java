package dev.danta.ir.runtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a machine: a batch of inputs is handled step by step, everything persisted becomes durable in one commit, and only
 * then whatever was to be sent, armed or told leaves, in order (architecture.md, law 2: the driver may join many steps
 * into one commit; it may never send first).
 *
 * <p>Not thread-safe: its owner calls it from one thread at a time. If the machine or the storage throws, nothing of the
 * batch has left the driver and it must not be used again; the state in memory may be ahead of the disk.
 */
public final class Driver<I> {
    private final Machine<I> machine;
    private final Ports ports;
    private final @Nullable StepListener<I> listener;
    private final List<Effect> outgoing = new ArrayList<>();
    private boolean persisted;
    private boolean broken;

    /** What the driver needs of the world. */
    public record Ports(
            Clock clock,
            Storage storage,
            Transport transport,
            Scheduler scheduler,
            Randomness randomness,
            Reports reports) {}

    public Driver(Machine<I> machine, Ports ports, @Nullable StepListener<I> listener) {
        this.machine = machine;
        this.ports = ports;
        this.listener = listener;
    }

    /**
     * Handles {@code inputs} in order, makes what they changed durable in one commit, and lets their effects go.
     *
     * @throws StorageException if the storage failed; see the class comment
     */
    public void run(List<? extends I> inputs) {
        handle(inputs);
        release();
    }

    /**
     * Handles {@code inputs} in order but keeps back everything that leaves until {@link #release}. Several calls make one
     * batch with one commit: worth it for inputs whose answers nobody waits for.
     *
     * @throws StorageException if the storage failed; see the class comment
     */
    public void handle(List<? extends I> inputs) {
        Invariant.check(!broken, "a driver that failed is not used again");
        broken = true;
        for (I input : inputs) {
            persisted |= step(input);
        }
        broken = false;
    }

    /**
     * Makes everything handled so far durable in one commit, and then lets its effects go, in order.
     *
     * @throws StorageException if the storage failed; see the class comment
     */
    public void release() {
        Invariant.check(!broken, "a driver that failed is not used again");
        if (persisted) {
            broken = true;
            ports.storage().commit();
            broken = false;
            persisted = false;
        }
        letGo();
    }

    private boolean step(I input) {
        Moment now = ports.clock().now();
        List<Effect> effects = machine.handle(input, now);
        boolean persists = false;
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist persist) {
                ports.storage().apply(persist.mutation());
                persists = true;
            } else {
                outgoing.add(effect);
            }
        }
        if (listener != null) {
            listener.onStep(input, now, effects);
        }
        return persists;
    }

    private void letGo() {
        boolean sent = false;
        for (Effect effect : outgoing) {
            if (effect instanceof Effect.Send send) {
                ports.transport().send(send.to(), send.envelope());
                sent = true;
            } else if (effect instanceof Effect.Arm arm) {
                long delay = arm.afterNanos() + ports.randomness().upTo(arm.jitterNanos());
                ports.scheduler().arm(arm.timer(), delay);
            } else if (effect instanceof Effect.Cancel cancel) {
                ports.scheduler().cancel(cancel.timer());
            } else if (effect instanceof Effect.Tell tell) {
                ports.reports().tell(tell.report());
            }
        }
        outgoing.clear();
        if (sent) {
            ports.transport().flush();
        }
    }
}
