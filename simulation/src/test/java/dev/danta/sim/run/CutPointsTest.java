package dev.danta.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.message.Install;
import dev.danta.ir.quorum.Membership;
import dev.danta.sim.PlannedChange;
import dev.danta.sim.SimResult;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The driver of a change of members dies after each of its steps: after every input that it has handled, and after every
 * effect that it has let go (protocol.md 9). Others go on. In the end the members are those that were wanted, all of them serve
 * and are equal, no acknowledged write is lost: that and all invariants are asserted by the runs themselves.
 *
 * <p>A build takes one point in five; {@code -Ddanta.cutPoints=all} takes all of them, and {@code danta simulate --cut-points
 * all} those of other seeds too.
 */
class CutPointsTest {
    private static final boolean ALL = "all".equals(System.getProperty("danta.cutPoints"));
    private static final int ONE_IN = 5;

    @ParameterizedTest
    @CsvSource({"REPLACE, 4", "GROW, 3", "SHRINK, 3", "SWAP, 5"})
    void anotherDriverEndsWhatOneHasBegun(PlannedChange.Kind kind, long seed, TestReporter reporter) {
        CutPoints points = new CutPoints(kind, seed);
        int count = points.count();

        for (int cut = 1; cut <= count; cut += ALL ? 1 : ONE_IN) {
            SimResult result = points.run(cut);

            assertThat(result.violation())
                    .as("cut off after step %d of %d", cut, count)
                    .isEmpty();
            assertThat(result.coverage().of(PlannedChange.CUT)).isEqualTo(1);
            assertThat(result.coverage().of("epoch change activated")).isPositive();
        }
        reporter.publishEntry(kind + ", seed " + seed, count + " points");
    }

    @ParameterizedTest
    @CsvSource({"GROW, members from 1 to 3", "SHRINK, members from 3 to 1"})
    void aShardChangesItsSizeOnceWhereverTheDriverDies(PlannedChange.Kind kind, String counted) {
        SimResult result = new CutPoints(kind, 2).run(20);

        assertThat(result.violation()).isEmpty();
        assertThat(result.coverage().of(counted)).isEqualTo(1);
    }

    /** Two drivers, each with an attempt of its own: who takes one for the other begins with what was not activated. */
    @Test
    void aReplicaThatBeginsWithWhateverAttemptItHasIsFoundOut() {
        EpochRules broken = new EpochRules() {
            @Override
            public boolean isActivated(@Nullable Install pending, Membership next, long attempt) {
                return pending != null && pending.next().epoch().equals(next.epoch());
            }
        };
        CutPoints points = new CutPoints(PlannedChange.Kind.SWAP, 1);

        assertThat(IntStream.rangeClosed(1, points.count())
                        .mapToObj(cut -> points.run(cut, broken))
                        .flatMap(result -> result.violation().stream()))
                .anySatisfy(violation -> assertThat(violation)
                        .hasMessageContaining("a replica begins an epoch with the install that was activated"));
    }

    @Test
    void aCutIsAfterSoManySteps() {
        CutPoints points = new CutPoints(PlannedChange.Kind.GROW, 3);

        assertThat(points.run(7).coverage().of(PlannedChange.STEP)).isEqualTo(7);
        assertThat(points.run(7).digest()).isEqualTo(points.run(7).digest());
    }
}
