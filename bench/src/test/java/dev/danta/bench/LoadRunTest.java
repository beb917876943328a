package dev.danta.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LoadRunTest {
    private static final LoadSettings SHORT =
            new LoadSettings(4, Duration.ofMillis(50), Duration.ofMillis(200), 7, Duration.ofSeconds(20));

    private final List<String> seen = new ArrayList<>();
    private final LoadListener listener = new LoadListener() {
        @Override
        public void onPrepared(int done, int of) {
            seen.add("prepared " + done + "/" + of);
        }

        @Override
        public void onTick(Tick tick) {
            seen.add(tick.measuring() ? "measuring" : "warming up");
        }

        @Override
        public void onVerifying(int done, int of) {
            seen.add("verified " + done + "/" + of);
        }
    };

    @Test
    void transfersKeepTheSum() throws InterruptedException {
        Measurement measurement = run(new TransferWorkload(1_001, 0), new MemoryTarget());

        assertThat(measurement.invariant()).isEqualTo(Measurement.Holds.YES);
        assertThat(measurement.done()).isPositive();
        assertThat(measurement.fast()).isEqualTo(measurement.done() + measurement.declined());
        assertThat(measurement.latency().p50())
                .isPositive()
                .isLessThanOrEqualTo(measurement.latency().max());
        assertThat(seen).contains("prepared 3/3", "warming up", "measuring", "verified 5/5");
    }

    @Test
    void moneyThatAppearsIsNoticed() throws InterruptedException {
        Measurement measurement =
                run(new TransferWorkload(100, 0), new MemoryTarget(MemoryTarget.Lie.LOSES_A_WRITE, 50));

        assertThat(measurement.invariant()).isEqualTo(Measurement.Holds.NO);
        assertThat(measurement.invariantText()).contains("it was 100000");
    }

    @Test
    void aSaleSellsWhatIsThereAndDeclinesTheRest() throws InterruptedException {
        Measurement measurement = run(new SaleWorkload(10), new MemoryTarget());

        assertThat(measurement.invariant()).isEqualTo(Measurement.Holds.YES);
        assertThat(measurement.invariantText()).startsWith("10 units are gone, 10 were sold");
        assertThat(measurement.declined()).isPositive();
    }

    @Test
    void unitsSoldTwiceAreNoticed() throws InterruptedException {
        Measurement measurement =
                run(new SaleWorkload(1_000_000_000L), new MemoryTarget(MemoryTarget.Lie.LOSES_A_WRITE, 3));

        assertThat(measurement.invariant()).isEqualTo(Measurement.Holds.NO);
    }

    @Test
    void aWorkloadWithoutALawHasNothingToKeep() throws InterruptedException {
        Measurement measurement = run(new KeyValueWorkload(10, Operation.Mode.STRICT, 50, 25), new MemoryTarget());

        assertThat(measurement.invariant()).isEqualTo(Measurement.Holds.NONE);
    }

    @Test
    void whoNeverAnswersEndsTheRunAndIsNamed() {
        LoadSettings impatient = new LoadSettings(2, Duration.ZERO, Duration.ofMillis(50), 7, Duration.ofMillis(50));
        LoadRun run = new LoadRun(new SaleWorkload(1), impatient, List.of(silent()), listener, null);

        assertThatThrownBy(run::run).isInstanceOf(LoadException.class).hasMessageContaining("load-client-0");
    }

    @Test
    void aTableThatCannotBeFilledEndsTheRunBeforeItBegins() {
        LoadRun run = new LoadRun(new SaleWorkload(1), SHORT, List.of(failing()), listener, null);

        assertThatThrownBy(run::prepare).isInstanceOf(LoadException.class).hasMessageContaining("out of order");
    }

    @Test
    void phasesHaveFiguresOfTheirOwn() throws InterruptedException {
        LoadRun[] made = new LoadRun[1];
        LoadListener naming = new LoadListener() {
            @Override
            public void onPrepared(int done, int of) {}

            @Override
            public void onTick(Tick tick) {
                made[0].phase("after " + seen.size());
                seen.add("tick");
                if (seen.size() == 3) {
                    made[0].end();
                }
            }

            @Override
            public void onVerifying(int done, int of) {}
        };
        LoadSettings endless =
                new LoadSettings(2, Duration.ofMillis(20), Duration.ofMinutes(10), 7, Duration.ofSeconds(20));
        made[0] = new LoadRun(new TransferWorkload(10, 50), endless, List.of(new MemoryTarget()), naming, null);
        made[0].prepare();
        made[0].run();

        List<Course.Phase> phases = made[0].course().phases();
        assertThat(phases).extracting(Course.Phase::name).containsExactly("after 0", "after 1", "after 2");
        assertThat(phases.get(1).done()).isPositive();
        assertThat(phases.get(1).perSecond()).isPositive();
        assertThat(phases.get(1).stillnessNanos())
                .isBetween(1L, phases.get(1).length().toNanos());
        assertThat(made[0].course().seconds()).hasSize(3);
    }

    @Test
    void failuresAreCountedByCause() throws InterruptedException {
        Measurement measurement = new LoadRun(new SaleWorkload(1), SHORT, List.of(failing()), listener, null).run();

        assertThat(measurement.failed()).isPositive();
        assertThat(measurement.troubles()).containsOnlyKeys("out of order");
        assertThat(measurement.done()).isZero();
    }

    @Test
    void theResultFileSaysWhereAndHow() throws Exception {
        Measurement measurement = run(new SaleWorkload(10), new MemoryTarget());
        SortedMap<String, String> cluster = new TreeMap<>();
        cluster.put("durability", "sync");
        ResultFile file = new ResultFile(
                Instant.parse("2026-11-21T02:00:00Z"),
                "0.1.0",
                List.of("bench", "sale"),
                SHORT,
                cluster,
                Machine.here(),
                new DiskProbe(3_900.04, 200_000, 1_000_000),
                measurement,
                new Course(
                        List.of(new LoadListener.Tick(
                                true, Duration.ofSeconds(1), 99.96, 1_000_000, 2_000_000, 0, 0, 0)),
                        List.of(new Course.Phase(
                                "replace",
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(4),
                                100,
                                1,
                                0,
                                measurement.latency(),
                                7_000_000))),
                new Judged(Measurement.Holds.YES, "VALID", 12, 1, 2, Path.of("h.jsonl"), Duration.ofMillis(3)));

        JsonNode json = new ObjectMapper().readTree(file.toJson());

        assertThat(json.at("/load/clients").asInt()).isEqualTo(4);
        assertThat(json.at("/load/seed").asLong()).isEqualTo(7);
        assertThat(json.at("/cluster/durability").asText()).isEqualTo("sync");
        assertThat(json.at("/machine/cores").asInt()).isPositive();
        assertThat(json.at("/machine/memoryBytes").asLong()).isPositive();
        assertThat(json.at("/disk/syncsPerSecond").asDouble()).isEqualTo(3_900.0);
        assertThat(json.at("/result/done").asLong()).isEqualTo(measurement.done());
        assertThat(json.at("/result/latencyMillis/p99").asDouble()).isPositive();
        assertThat(json.at("/result/invariant/holds").asText()).isEqualTo("YES");
        assertThat(json.at("/phases/0/perSecond").asDouble()).isEqualTo(25);
        assertThat(json.at("/phases/0/stillnessMillis").asDouble()).isEqualTo(7);
        assertThat(json.at("/seconds/0/p99Millis").asDouble()).isEqualTo(2);
        assertThat(json.at("/history/valid").asText()).isEqualTo("YES");
    }

    private Measurement run(Workload workload, Target target) throws InterruptedException {
        LoadRun run = new LoadRun(workload, SHORT, List.of(target), listener, null);
        run.prepare();
        return run.verified(run.run());
    }

    private static Target silent() {
        return new Fixed(new CompletableFuture<>());
    }

    private static Target failing() {
        return new Fixed(CompletableFuture.completedFuture(Answer.ended(Answer.Status.FAILED, 1, "out of order")));
    }

    /** Answers everything alike. */
    private record Fixed(CompletableFuture<Answer> answer) implements Target {
        @Override
        public CompletionStage<Answer> submit(Operation operation, long tag) {
            return answer;
        }

        @Override
        public SortedMap<String, Long> aborts() {
            return new TreeMap<>();
        }

        @Override
        public void close() {}
    }
}
