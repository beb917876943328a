package dev.danta.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
        Measurement measurement = run(new TransferWorkload(1_001), new MemoryTarget());

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
        Measurement measurement = run(new TransferWorkload(100), new MemoryTarget(50));

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
        Measurement measurement = run(new SaleWorkload(1_000_000_000L), new MemoryTarget(3));

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
        LoadRun run = new LoadRun(new SaleWorkload(1), impatient, List.of(silent()), listener);

        assertThatThrownBy(run::run).isInstanceOf(LoadException.class).hasMessageContaining("load-client-0");
    }

    @Test
    void aTableThatCannotBeFilledEndsTheRunBeforeItBegins() {
        LoadRun run = new LoadRun(new SaleWorkload(1), SHORT, List.of(failing()), listener);

        assertThatThrownBy(run::prepare).isInstanceOf(LoadException.class).hasMessageContaining("out of order");
    }

    @Test
    void failuresAreCountedByCause() throws InterruptedException {
        Measurement measurement = new LoadRun(new SaleWorkload(1), SHORT, List.of(failing()), listener).run();

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
                measurement);

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
    }

    private Measurement run(Workload workload, Target target) throws InterruptedException {
        LoadRun run = new LoadRun(workload, SHORT, List.of(target), listener);
        run.prepare();
        return run.verified(run.run());
    }

    private static Target silent() {
        return new Fixed(new CompletableFuture<>());
    }

    private static Target failing() {
        return new Fixed(CompletableFuture.completedFuture(
                new Answer(Answer.Status.FAILED, 0, 1, Answer.Path.NONE, "out of order")));
    }

    /** Answers everything alike. */
    private record Fixed(CompletableFuture<Answer> answer) implements Target {
        @Override
        public CompletionStage<Answer> submit(Operation operation) {
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
