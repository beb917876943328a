package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.mutant.Mutants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SimulationTest {
    private static final int SHAPE_SEEDS = Boolean.getBoolean("danta.long") ? 8 : 3;

    private static final SimSettings SHORT = SimSettings.DEFAULTS.withFaulty(Duration.ofSeconds(10));

    private static final SimSettings VERY_SHORT = SimSettings.DEFAULTS.withFaulty(Duration.ofSeconds(1));

    private static SimResult cleanRun(SimSettings settings, long seed) {
        SimResult result = Simulation.run(settings, seed);
        assertThat(result.violation().map(Violation::getMessage))
                .as(result.command("x.trace"))
                .isEmpty();
        return result;
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(Scenario.class)
    void everyScenarioIsCleanWithTheUsualSettings(Scenario scenario) {
        for (long seed = 5_000; seed < 5_010; seed++) {
            cleanRun(SimSettings.DEFAULTS.withScenario(scenario), seed);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 2", "7, 6"})
    void anyNumberOfShardsAndClientsWillDo(int shards, int clients) {
        for (long seed = 0; seed < SHAPE_SEEDS; seed++) {
            cleanRun(SHORT.withShards(shards).withClients(clients), seed);
        }
    }

    /** Once nobody whom replicas do not refuse was left to look at the bank. */
    @Test
    void seed1869OfMixIsClean() {
        cleanRun(SimSettings.DEFAULTS, 1869);
    }

    /** Once a quorum read was answered with what the client had read before and no quorum would take. */
    @Test
    void seed17616OfLevelsIsClean() {
        cleanRun(new SimSettings(3, 3, 4, Scenario.LEVELS, Duration.ofSeconds(14)), 17616);
    }

    /** An answer came after a newer one had been dropped, and was remembered, or was not joined into what was remembered later. */
    @Test
    void whatIsRememberedDoesNotGoBackWhereThereIsRoomForOneKey() {
        cleanRun(new SimSettings(3, 2, 2, Scenario.FRESH, Duration.ofSeconds(16)), 1005);
        cleanRun(new SimSettings(5, 2, 6, Scenario.FRESH, Duration.ofSeconds(11)), 1052);
        cleanRun(new SimSettings(3, 2, 4, Scenario.FRESH, Duration.ofSeconds(10)), 2_000_000_306L);
    }

    /** The only client's clock was too far ahead in the end for it to read the rest of its feeds. */
    @Test
    void seed331OfTheFeedIsClean() {
        cleanRun(new SimSettings(1, 2, 1, Scenario.FEED, Duration.ofSeconds(10)), 331);
    }

    /** In the end, events that were never acknowledged came between a view and the pages that it was compared with. */
    @Test
    void seed609OfEventsIsClean() {
        cleanRun(new SimSettings(3, 1, 4, Scenario.EVENTS, Duration.ofSeconds(5)), 609);
    }

    /** An exact read showed what was spent of an allotment after a gain, and not the gain, which came first. */
    @Test
    void seed601OfStockIsClean() {
        cleanRun(new SimSettings(3, 2, 5, Scenario.STOCK, Duration.ofSeconds(17)), 601);
    }

    /** An exact read showed a later gain without an earlier one: what a quorum shows of gains is no snapshot. */
    @Test
    void seed11066OfStockIsClean() {
        cleanRun(SimSettings.DEFAULTS.withScenario(Scenario.STOCK), 11066);
    }

    /** A replica that was copied to has the newest version of a counter only, and did not see what others had forgotten by older ones. */
    @Test
    void seed10385OfStockIsClean() {
        cleanRun(new SimSettings(5, 1, 3, Scenario.STOCK, Duration.ofSeconds(20)), 10385);
    }

    /** What a replica had deleted that was removed since counted for nothing: the world was right, and its judge was not. */
    @Test
    void seed2928OfStockIsClean() {
        cleanRun(new SimSettings(3, 2, 5, Scenario.STOCK, Duration.ofSeconds(12)), 2928);
    }

    /** An allotment that was taken long ago was closed and forgotten at once: its owner could not find what was spent of it. */
    @Test
    void seed43OfStockIsClean() {
        cleanRun(new SimSettings(3, 2, 3, Scenario.STOCK, Duration.ofSeconds(12)), 43);
    }

    /** What was put by clients that have died since came to the last replica with its next pull, later than on real nodes. */
    @Test
    void seeds10859And11533OfPoolAreClean() {
        cleanRun(new SimSettings(5, 2, 5, Scenario.POOL, Duration.ofSeconds(6)), 10859);
        cleanRun(new SimSettings(3, 2, 5, Scenario.POOL, Duration.ofSeconds(19)), 11533);
    }

    /** A buyer with a ticket whose client died between two visits had bought all the same, and a unit was missing. */
    @Test
    void seeds2003And2505OfFactoryAreClean() {
        cleanRun(new SimSettings(3, 2, 4, Scenario.FACTORY, Duration.ofSeconds(7)), 2003);
        cleanRun(new SimSettings(5, 2, 2, Scenario.FACTORY, Duration.ofSeconds(4)), 2505);
    }

    /** The judge of counters did not know a record that its writer did: a client knows before any replica that it is committed. */
    @Test
    void seed20090OfOrdersIsClean() {
        cleanRun(new SimSettings(1, 1, 3, Scenario.ORDERS, Duration.ofSeconds(10)), 20090);
    }

    /** Once a node asked again for what it had of a log long ago, which was gone by then, and left out a decision. */
    @Test
    void seed69302OfListingIsClean() {
        cleanRun(new SimSettings(3, 1, 4, Scenario.LISTING, Duration.ofSeconds(10)), 69302);
    }

    /** Once it counted as unknown that the only client, whose clock is far ahead, could not read anything. */
    @ParameterizedTest
    @EnumSource(
            value = Scenario.class,
            names = {"TRANSFER", "RING", "LISTS"})
    void seed2080OfOneClientHasNothingToJudge(Scenario scenario) {
        cleanRun(new SimSettings(1, 1, 1, scenario, Duration.ofSeconds(14)), 2080);
    }

    @Test
    void theSameSeedGivesTheSameRunTwice() {
        for (long seed = 0; seed < 5; seed++) {
            List<String> lines = new ArrayList<>();
            SimResult traced = Simulation.run(SHORT, seed, null, line -> lines.add(line.toString()));
            SimResult again = Simulation.run(SHORT, seed);

            assertThat(again.digest()).isEqualTo(traced.digest());
            assertThat(again.steps()).isEqualTo(traced.steps()).isLessThanOrEqualTo(lines.size());
            assertThat(again.simulatedNanos()).isEqualTo(traced.simulatedNanos());
            assertThat(again.coverage().counts()).isEqualTo(traced.coverage().counts());
        }
    }

    @Test
    void anotherSeedGivesAnotherRun() {
        assertThat(Simulation.run(SHORT, 1).digest())
                .isNotEqualTo(Simulation.run(SHORT, 2).digest());
    }

    /** Prints the digest of seed 7; run by {@link #theSameSeedGivesTheSameRunInAnotherJvm}. */
    public static void main(String[] args) {
        System.out.println(Simulation.run(VERY_SHORT, 7).digest());
    }

    @Test
    void theSameSeedGivesTheSameRunInAnotherJvm() throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process other = new ProcessBuilder(
                        java.toString(),
                        "-Xint",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SimulationTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();

        assertThat(other.waitFor()).isZero();
        assertThat(printed)
                .isEqualTo(Long.toString(Simulation.run(VERY_SHORT, 7).digest()));
    }

    @Test
    void aBrokenRunNamesTheCommandThatRepeatsIt() {
        SimResult broken = Simulation.run(
                SimSettings.DEFAULTS.withShards(3).withScenario(Scenario.SALE),
                Mutants.named("x-nothing-validated").parts(),
                4);

        assertThat(broken.isClean()).isFalse();
        assertThat(broken.command("out.trace"))
                .isEqualTo("danta simulate --seed 4 --scenario sale --replicas 3 \\\n"
                        + "  --shards 3 --clients 4 --faulty 20000ms --trace out.trace");
    }

    /** Two operations on one counter came in one step out of a peer's log, and the second undid the first. */
    @Test
    void seed45TakesOnTwoOperationsOnOneKeyInOneStep() {
        SimSettings settings = new SimSettings(5, 1, 4, Scenario.COUNTER, Duration.ofMillis(8));

        assertThat(Simulation.run(settings, 45, FaultSchedule.NONE).violation().map(Violation::getMessage))
                .isEmpty();
    }

    /** An old copy of a disk that was given up, under a node that is no member: its clients never heard where to go. */
    @Test
    void seed7759PutsBackADiskThatWasGivenUp() {
        cleanRun(SettingsDraw.ALL.of(7_759), 7_759);
    }

    /** A counter of which every change was refused is none, and counts nothing. */
    @Test
    void seed50016RefusesAllThatWasAdded() {
        cleanRun(SettingsDraw.ALL.of(50_016), 50_016);
    }

    /** A hundred commits of a client that is dead, of which the log was cut off, were settled one in each sweep. */
    @Test
    void seed17711SettlesWhatADeadClientLeftInTime() {
        cleanRun(SettingsDraw.ALL.of(17_711), 17_711);
    }

    /** A replica behind a slow disk cuts off the log of an epoch that another member has left. */
    @Test
    void seed21754CutsOffALogThatAnotherNeedsNoMore() {
        cleanRun(SettingsDraw.ALL.of(21_754), 21_754);
    }

    /** A shard of one, whose clock was an hour ahead for a moment, barred itself for that hour. */
    @Test
    void seed39042SetsTheOnlyClockOfAShardAnHourAhead() {
        cleanRun(SettingsDraw.ALL.of(39_042), 39_042);
    }

    /** An owner heard of a vote after the replica that gave it had lost its disk and taken its peers' state. */
    @Test
    void seed16815FinalizesOnAVoteOfADiskThatIsLost() {
        cleanRun(SettingsDraw.ALL.of(16_815), 16_815);
    }

    /** What one transfer had brought was deleted and forgotten before the next, and whoever took both served the old value. */
    @Test
    void seed51833BreaksATransferOff() {
        cleanRun(SettingsDraw.ALL.of(51_833), 51_833);
    }

    /** What a replica learned by comparing, since a log was gone, was only the newest: a feed that went on had a hole. */
    @Test
    void seed1479FollowsAReplicaThatHadToCompare() {
        cleanRun(new SimSettings(3, 2, 6, Scenario.FEED, Duration.ofSeconds(6)), 1479);
    }

    /** A node that was its shard's only member pulled nothing, and so never heard that it had been joined by others. */
    @Test
    void seed700102GrowsFromOneAndCatchesUp() {
        cleanRun(SettingsDraw.ALL.of(700_102), 700_102);
    }

    /** An owner finalized on votes that it had got before the members changed, and that the change had replaced. */
    @Test
    void seed103402FinalizesOnVotesOfAnEpochThatIsOver() {
        cleanRun(SettingsDraw.ALL.of(103_402), 103_402);
    }
}
