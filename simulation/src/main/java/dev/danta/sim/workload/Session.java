package dev.danta.sim.workload;

import dev.danta.sim.kernel.SimRandom;
import java.util.List;

/** One user of one client: thinks, does an operation of some script, and thinks again, in bursts, until told to stop. */
public final class Session {
    private static final long MILLI = 1_000_000L;

    private final Caller caller;
    private final SimRandom random;
    private final List<Script> scripts;
    private final long longThinkNanos;
    private boolean stopping;
    private boolean idle = true;

    /**
     * Nothing happens before {@link #start}.
     *
     * @param longThinkNanos the mean pause between bursts of operations
     */
    public Session(Caller caller, SimRandom random, List<Script> scripts, long longThinkNanos) {
        this.caller = caller;
        this.random = random;
        this.scripts = List.copyOf(scripts);
        this.longThinkNanos = longThinkNanos;
    }

    public void start() {
        long think = random.chance(0.6) ? random.between(0, 3 * MILLI) : random.exponential(longThinkNanos);
        caller.after(think, this::act);
    }

    private void act() {
        if (stopping) {
            return;
        }
        idle = false;
        random.pick(scripts).next(() -> {
            idle = true;
            start();
        });
    }

    /** After the operation under way, if there is one, nothing more is begun. */
    public void stop() {
        stopping = true;
    }

    /** Whether nothing is under way; nothing is, where the client is dead. */
    public boolean isIdle() {
        return idle || !caller.isAlive();
    }
}
