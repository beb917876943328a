package dev.danta.sim;

import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.Coverage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to.
 *
 * @param faults what went wrong, and when
 * @param broken what was found, or null if the run was clean
 * @param digest of every step of the run
 * @param simulatedNanos how long the run was, in its own time
 * @param steps how many inputs machines handled
 * @param coverage how often each thing happened
 */
public record SimResult(
        long seed,
        SimSettings settings,
        FaultSchedule faults,
        @Nullable Violation broken,
        long digest,
        long simulatedNanos,
        long steps,
        Coverage coverage) {

    public boolean isClean() {
        return broken == null;
    }

    public Optional<Violation> violation() {
        return Optional.ofNullable(broken);
    }

    /** The command that repeats this run and writes its trace to {@code file}. */
    public String command(String file) {
        SimSettings usual = SimSettings.DEFAULTS;
        String shards = settings.shards() == usual.shards() ? "" : " --shards " + settings.shards();
        String clients = settings.clients() == usual.clients() ? "" : " --clients " + settings.clients();
        String faulty = settings.faulty().equals(usual.faulty())
                ? ""
                : " --faulty " + settings.faulty().toMillis() + "ms";
        return "danta simulate --seed " + seed + " --replicas " + settings.replicas() + " --scenario "
                + settings.scenario().label() + shards + clients + faulty + " --trace " + file;
    }
}
