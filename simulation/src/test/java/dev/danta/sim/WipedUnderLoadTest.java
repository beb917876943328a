package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.ReplicaId;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.kernel.SimRandom;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A node loses its disk under load (protocol.md 9). Under its old identity, on the empty disk, it is refused; a change of
 * members brings it back as a new one; no acknowledged write is lost; and in the end all members are equal, in what they have
 * and in the hashes by which they compare it. All but the counts below is asserted by the run itself.
 */
class WipedUnderLoadTest {
    private static final long SECOND = 1_000_000_000L;

    private static final SimParts ONE_WIPED = new SimParts() {
        @Override
        public boolean changesMembers(SimRandom random) {
            return true;
        }

        @Override
        public SortedMap<Long, ReplicaId> wipes() {
            SortedMap<Long, ReplicaId> wipes = new TreeMap<>();
            wipes.put(4 * SECOND, new ReplicaId(2));
            return wipes;
        }
    };

    @ParameterizedTest
    @CsvSource({"3, TRANSFER, 1", "3, MIX, 2", "5, REGISTER, 3", "3, RING, 4"})
    void itIsRefusedAndReplacedAndNothingIsLost(int replicas, Scenario scenario, long seed, TestReporter reporter) {
        SimSettings settings = SimSettings.DEFAULTS
                .withReplicas(replicas)
                .withScenario(scenario)
                .withFaulty(Duration.ofSeconds(10));

        SimResult result = Simulation.run(settings, ONE_WIPED, seed, FaultSchedule.NONE);

        assertThat(result.violation()).isEmpty();
        SortedMap<String, Long> counts = new TreeMap<>(result.coverage().counts());
        long shards = settings.shards();
        assertThat(counts.get("fault wipe")).isEqualTo(1);
        assertThat(counts.get("start refused")).isGreaterThanOrEqualTo(shards);
        assertThat(counts.get("epoch change activated")).isGreaterThanOrEqualTo(shards);
        assertThat(counts).containsKeys("comparison equal where a log is gone");
        counts.keySet()
                .removeIf(name -> !name.startsWith("outcome Committed")
                        && !name.startsWith("comparison")
                        && !name.startsWith("repaired")
                        && !name.startsWith("start refused")
                        && !name.startsWith("epoch change"));
        reporter.publishEntry(scenario + ", n = " + replicas, counts.toString());
    }
}
