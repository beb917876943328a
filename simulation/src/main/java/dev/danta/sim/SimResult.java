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
    private static final String CONTINUED = " \\\n  ";

    public boolean isClean() {
        return broken == null;
    }

    public Optional<Violation> violation() {
        return Optional.ofNullable(broken);
    }

    /** The command that repeats this run and writes its trace to {@code file}, on several lines if it is long. */
    public String command(String file) {
        StringBuilder command = new StringBuilder("danta simulate --seed ").append(seed);
        if (!SettingsDraw.ALL.of(seed).equals(settings)) {
            command.append(" --scenario ").append(settings.scenario().label());
            command.append(" --replicas ").append(settings.replicas());
            command.append(CONTINUED).append("--shards ").append(settings.shards());
            command.append(" --clients ").append(settings.clients());
            command.append(" --faulty ").append(settings.faulty().toMillis()).append("ms");
        }
        return command.append(" --trace ").append(file).toString();
    }

    /** As {@link #command}, with the faults said and not drawn: one on each line. */
    public String commandWithFaults(String file) {
        String lines = faults.faults().isEmpty() ? "none" : String.join("\n    ", faults.lines());
        return command(file) + CONTINUED + "--faults '" + lines + "'";
    }
}
