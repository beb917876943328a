package dev.danta.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.occ.ValidationRules;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimResult;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.workload.OnceRules;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.participant.ReadViewRules;
import dev.danta.txn.participant.StateRules;
import dev.danta.txn.participant.WaitingRules;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Directed runs: with nothing broken they are clean, whatever the seed; with their rule broken they show it. */
final class DirectedTest {
    private static final int SEEDS = Boolean.getBoolean("danta.long") ? 10 : 3;

    static List<Directed> genuine() {
        return List.of(
                KeyReadStage.run(ReadRules.PROTOCOL, ReadViewRules.PROTOCOL),
                ValidationStage.ofKeys(ReadRules.PROTOCOL, ReadViewRules.PROTOCOL),
                ValidationStage.ofRanges(ReadRules.PROTOCOL, ReadViewRules.PROTOCOL),
                LostUpdateStage.bySecondRead(ReadRules.PROTOCOL),
                LostUpdateStage.byWaiting(WaitingRules.PROTOCOL),
                DeletedRecordStage.run(OnceRules.PROTOCOL),
                CleanedRecordStage.run(OnceRules.PROTOCOL),
                DroppedDeletionStage.run(ValidationRules.PROTOCOL),
                LookupStage.run(SimParts.GENUINE),
                GoneLogStage.deletionMissed(StateRules.PROTOCOL),
                GoneLogStage.repairLate(StateRules.PROTOCOL));
    }

    static Stream<Mutant> mutants() {
        return Mutants.all().stream().filter(mutant -> !mutant.directed().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("genuine")
    void withNothingBrokenItIsClean(Directed directed) {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(directed.run(seed).violation().map(Violation::getMessage))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void whatIsBrokenShowsInItsDirectedRuns(Mutant mutant) {
        for (Directed directed : mutant.directed()) {
            for (long seed = 0; seed < SEEDS; seed++) {
                assertThat(directed.run(seed).violation().map(Violation::kind))
                        .as("%s, seed %d", directed, seed)
                        .hasValueSatisfying(kind -> assertThat(kind)
                                .isIn(
                                        Violation.Kind.INVARIANT,
                                        Violation.Kind.HISTORY_INVALID,
                                        Violation.Kind.LIVENESS));
            }
        }
    }

    /** The log is gone in it, and comparing brings the deletion: else the run would be clean for nothing. */
    @Test
    void whatALogHasLostIsBroughtByComparing() {
        SimResult result = GoneLogStage.deletionMissed(StateRules.PROTOCOL).run(0);

        assertThat(result.coverage().counts())
                .containsKeys("comparison different where a log is gone", "repaired by comparison");
    }

    /** A round is begun anew in them: else they would be clean for nothing. */
    @Test
    void thoseOfReadsMeetWhatWasForgotten() {
        for (Directed directed : genuine().subList(0, 2)) {
            SimResult result = directed.run(0);

            assertThat(result.coverage().counts()).containsKey("answer Forgotten");
        }
    }
}
