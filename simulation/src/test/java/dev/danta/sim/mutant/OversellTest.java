package dev.danta.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.SimParts;
import dev.danta.sim.SimResult;
import dev.danta.sim.invariant.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The oversell hunt: three buyers with quorums of which any two meet, and no replica that hears all three. Every order in which
 * replicas hear them, with every set of replicas that miss the decisions, with and without a change of members meanwhile.
 */
final class OversellTest {
    private static final boolean IS_LONG = Boolean.getBoolean("danta.long");
    /** Of the plots of five replicas every so many is played, where time is short; it has no factor in common with theirs. */
    private static final int STRIDE = IS_LONG ? 1 : 29;

    static Stream<List<OversellStage.Plot>> plots() {
        return Stream.of(3, 5)
                .flatMap(replicas -> Stream.of(OversellStage.Manner.values()).map(manner -> plots(replicas, manner)));
    }

    static Stream<List<OversellStage.Plot>> strict() {
        return Stream.of(3, 5)
                .map(replicas -> plots(replicas, OversellStage.Manner.STRICT).stream()
                        .filter(plot -> !plot.change().isMade())
                        .toList());
    }

    private static List<OversellStage.Plot> plots(int replicas, OversellStage.Manner manner) {
        List<OversellStage.Plot> all = new ArrayList<>();
        OversellStage.Plot simple = new OversellStage.Plot(replicas, manner, 0, 0, OversellStage.Change.NONE);
        for (int deaf = -1; deaf <= replicas; deaf++) {
            OversellStage.Change change = deaf < 0 ? OversellStage.Change.NONE : new OversellStage.Change(true, deaf);
            for (int order = 0; order < simple.orders(); order++) {
                for (int missed = 0; missed < 1 << replicas; missed++) {
                    all.add(new OversellStage.Plot(replicas, manner, order, missed, change));
                }
            }
        }
        int stride = replicas == 3 ? 1 : STRIDE;
        List<OversellStage.Plot> played = new ArrayList<>();
        for (int i = 0; i < all.size(); i += stride) {
            played.add(all.get(i));
        }
        return played;
    }

    @ParameterizedTest
    @MethodSource("plots")
    void neverMoreIsSoldThanThereIsAndNeverLess(List<OversellStage.Plot> plots) {
        int changes = 0;
        for (int i = 0; i < plots.size(); i++) {
            SimResult result = OversellStage.run(plots.get(i), SimParts.GENUINE).run(i);

            assertThat(result.violation().map(Violation::getMessage))
                    .as("%s, seed %d", plots.get(i), i)
                    .isEmpty();
            changes += result.coverage().of("epoch change activated") > 0 ? 1 : 0;
        }
        assertThat(changes)
                .isEqualTo(plots.stream().filter(plot -> plot.change().isMade()).count());
    }

    /** Else nothing would be shown of allotments. */
    @ParameterizedTest
    @CsvSource({
        "ALLOTMENTS, m15-enough-by-one-replica",
        "ONE_ALLOTMENT, m13-closed-with-one-replicas-spends",
        "ONE_ALLOTMENT, m13-spend-after-fence",
        "ONE_ALLOTMENT, x-closed-without-fence"
    })
    void aBrokenRuleOfAllotmentsShows(OversellStage.Manner manner, String name) {
        SimParts broken = Mutants.named(name).parts();

        assertThat(plots(3, manner))
                .anyMatch(plot -> !OversellStage.run(plot, broken).run(0).isClean());
    }

    /** By what the buyers were told alone: no invariant is asserted. */
    @ParameterizedTest
    @MethodSource("strict")
    void replicasThatJudgeByTheirOwnSumsSellMore(List<OversellStage.Plot> plots) {
        long units = OversellStage.Manner.STRICT.units();
        SimParts broken = new Unasserted(new SellingByOwnSum(units));
        for (int i = 0; i < plots.size(); i++) {
            SimResult result = OversellStage.run(plots.get(i), broken).run(i);

            assertThat(result.violation().map(Violation::kind))
                    .as("%s, seed %d", plots.get(i), i)
                    .hasValue(Violation.Kind.HISTORY_INVALID);
        }
    }
}
