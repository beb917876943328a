package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.kernel.Coverage;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.recovery.RecoverySettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** protocol.md 9: members change, disks get lost and drivers die under load, and nothing is ever lost or wrong. */
class ChangingMembersTest {
    private static final SimParts CHANGING = new SimParts() {
        @Override
        public boolean changesMembers(SimRandom random) {
            return true;
        }

        @Override
        public Unrest unrest(SimRandom random) {
            return Unrest.USUAL;
        }
    };

    private static SimResult run(int replicas, long seed) {
        return Simulation.run(SimSettings.DEFAULTS.withReplicas(replicas), CHANGING, seed);
    }

    /**
     * Found on the way: 4 and 10, a disk that was emptied and is a member again before its process starts; 0, what was voted
     * before a seal counted as if it had been after; 74, an operation that only a late member knew; with one replica, a
     * sealed one that never heard that it was replaced.
     */
    @ParameterizedTest
    @CsvSource({"3, 0", "3, 4", "3, 5", "3, 10", "3, 74", "1, 70", "1, 105", "5, 70"})
    void nothingIsLostOrWrong(int replicas, long seed) {
        assertThat(run(replicas, seed).violation()).isEmpty();
    }

    /**
     * Seed 97: a replica votes and hears in the same batch that its epoch has ended; 63: an old copy of a disk comes back
     * after a start of which the configuration never heard.
     */
    @ParameterizedTest
    @CsvSource({"97, true", "63, false"})
    void settlersMeetOwnersAtWorkAndDriversEachOther(long seed, boolean eager) {
        SimParts parts = new SimParts() {
            @Override
            public boolean changesMembers(SimRandom random) {
                return true;
            }

            @Override
            public Unrest unrest(SimRandom random) {
                return Unrest.USUAL;
            }

            @Override
            public RecoverySettings recovery(RecoverySettings drawn) {
                return eager ? new RecoverySettings(3_000_000, 2_000_000, 2_000_000, drawn.settlementsMax()) : drawn;
            }
        };
        SimSettings settings = SimSettings.DEFAULTS.withFaulty(Duration.ofSeconds(10));

        assertThat(Simulation.run(settings, parts, seed).violation()).isEmpty();
    }

    @Test
    void disksAreLostAndRefusedAndReplacedMeanwhile() {
        Coverage seen = new Coverage();
        for (long seed : new long[] {0, 4, 5, 10, 74}) {
            SimResult result = run(3, seed);
            assertThat(result.violation()).isEmpty();
            seen.addAll(result.coverage());
        }
        assertThat(seen.counts())
                .containsKeys(
                        "epoch change activated",
                        "fault wipe",
                        "fault replica replaced",
                        "fault configuration out of reach",
                        "start refused",
                        "driver dies");
    }

    /** Older copies of disks that start several times while the configuration is out of reach: seeds 600662 and 701215. */
    @Test
    void aCopyDoesNotCatchUpByStartingOften() {
        assertThat(Simulation.run(SettingsDraw.ALL.of(600_662), 600_662).violation())
                .isEmpty();
        SimParts forgetful = new SimParts() {
            @Override
            public boolean forgets(SimRandom random) {
                return random.chance(1);
            }
        };
        assertThat(Simulation.run(SettingsDraw.ALL.of(701_215), forgetful, 701_215)
                        .violation())
                .isEmpty();
    }
}
