package dev.danta.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.bench.MemoryTarget.Lie;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryReader;
import dev.danta.check.history.RegisterTxnCodec;
import dev.danta.check.txn.RegisterTxn;
import dev.danta.check.txn.RegistersSeen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The judge is fair to those who tell the truth, and bites those who do not. */
@Timeout(60)
final class TranscriptTest {
    private static final LoadListener NOBODY = new LoadListener() {
        @Override
        public void onPrepared(int done, int of) {}

        @Override
        public void onTick(Tick tick) {}

        @Override
        public void onVerifying(int done, int of) {}
    };

    @TempDir
    Path folder;

    private Judged judged(Workload workload, Target target, int operationsMax)
            throws InterruptedException, IOException {
        LoadSettings settings = new LoadSettings(4, Duration.ZERO, Duration.ofSeconds(30), 7, Duration.ofSeconds(20));
        Transcript transcript = new Transcript(operationsMax);
        LoadRun run = new LoadRun(workload, settings, List.of(target), NOBODY, transcript);
        run.prepare();
        Measurement measurement = run.run();
        run.verified(measurement);
        return transcript.judge(folder.resolve("history.jsonl"), 7);
    }

    @Test
    void transfersAndReadsOfSeveralAccountsAreStrictlySerializable() throws Exception {
        Judged judged = judged(new TransferWorkload(20, 20), new MemoryTarget(), 4_000);

        assertThat(judged.valid()).as(judged.sentence()).isEqualTo(Measurement.Holds.YES);
        assertThat(judged.operations() + judged.failed()).isBetween(4_000, 4_010);
    }

    @Test
    void everyStrictWorkloadHasAHistory() throws Exception {
        assertThat(judged(new SaleWorkload(500), new MemoryTarget(), 1_000).valid())
                .isEqualTo(Measurement.Holds.YES);
        assertThat(judged(new KeyValueWorkload(30, Operation.Mode.STRICT, 40, 30), new MemoryTarget(), 1_000)
                        .valid())
                .isEqualTo(Measurement.Holds.YES);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOSES_A_WRITE", "READS_WHAT_IS_OLD", "DENIES", "FINDS_NOTHING"})
    void aLieAmongHundredsOfAnswersIsFound(Lie lie) throws Exception {
        Judged judged = judged(new TransferWorkload(20, 20), new MemoryTarget(lie, 150), 2_000);

        assertThat(judged.valid()).as(judged.sentence()).isEqualTo(Measurement.Holds.NO);
    }

    @Test
    void anUnknownOutcomeIsKeptAndMayBeEither() throws Exception {
        Judged judged = judged(new TransferWorkload(20, 20), new MemoryTarget(Lie.DOES_NOT_KNOW, 50), 2_000);

        assertThat(judged.valid()).as(judged.sentence()).isEqualTo(Measurement.Holds.YES);
        assertThat(judged.unknown()).isPositive();
    }

    /** Nobody looks at the account again before the end: only the reading of everything at the end can find it. */
    @Test
    void anAcknowledgedWriteThatIsLostAtTheEndIsMissed() throws Exception {
        MemoryTarget memory = new MemoryTarget();
        Target forgetful = new Target() {
            private boolean isOver;

            @Override
            public synchronized CompletionStage<Answer> submit(Operation operation, long tag) {
                if (operation instanceof Operation.Sum && !isOver) {
                    isOver = true;
                    // As if the node that had them had been replaced by one that had not.
                    memory.submit(new Operation.Fill(0, 19, TransferWorkload.BALANCE, Operation.Mode.STRICT), 0);
                }
                return memory.submit(operation, tag);
            }

            @Override
            public SortedMap<String, Long> aborts() {
                return new TreeMap<>();
            }

            @Override
            public void close() {}
        };

        Judged judged = judged(new TransferWorkload(20, 0), forgetful, 500);

        assertThat(judged.valid()).as(judged.sentence()).isEqualTo(Measurement.Holds.NO);
    }

    @Test
    void whoNeverLearnsAnythingHasNoVerdict() throws Exception {
        Target mute = new Target() {
            @Override
            public CompletionStage<Answer> submit(Operation operation, long tag) {
                return CompletableFuture.completedFuture(
                        operation instanceof Operation.Fill
                                ? new Answer(Answer.Status.DONE, 0, 1, Answer.Path.FAST, List.of(), "")
                                : Answer.ended(Answer.Status.UNKNOWN, 1, "silence"));
            }

            @Override
            public SortedMap<String, Long> aborts() {
                return new TreeMap<>();
            }

            @Override
            public void close() {}
        };

        assertThat(judged(new SaleWorkload(10), mute, 50).valid()).isEqualTo(Measurement.Holds.UNDECIDED);
    }

    @Test
    void theFileIsTheHistoryThatWasJudged() throws Exception {
        Judged judged = judged(new TransferWorkload(5, 10), new MemoryTarget(Lie.DENIES, 50), 300);

        HistoryFile<RegisterTxn, RegistersSeen> file = HistoryReader.read(judged.file(), RegisterTxnCodec.txns());

        assertThat(file.history().size()).isEqualTo(judged.operations());
        assertThat(file.failed()).hasSize(judged.failed());
        assertThat(file.headerIfPresent().orElseThrow().settings()).containsEntry("initial", "0");
    }

    /** When a run has failed, what is under way counts as perhaps done: nobody waits for its answer. */
    @Test
    void whatWasTakenDownIsWrittenWithoutAVerdictToo() throws Exception {
        Transcript transcript = new Transcript(10);
        transcript.scribe().begin(new Operation.Update(1, 1)).end(Answer.ended(Answer.Status.FAILED, 1, "no"));
        transcript.scribe().begin(new Operation.Get(1, Operation.Mode.STRICT));

        transcript.write(folder.resolve("kept.jsonl.gz"), 9);

        HistoryFile<RegisterTxn, RegistersSeen> file =
                HistoryReader.read(folder.resolve("kept.jsonl.gz"), RegisterTxnCodec.txns());
        assertThat(file.history().size()).isEqualTo(1);
        assertThat(file.history().known()).isZero();
        assertThat(file.failed()).hasSize(1);
        assertThat(file.headerIfPresent().orElseThrow().seed()).isEqualTo(9);
    }

    @Test
    void whatIsNotStrictIsNotTakenDown() {
        Workload relaxed = new KeyValueWorkload(5, Operation.Mode.RELAXED, 50, 50);
        LoadSettings settings = new LoadSettings(1, Duration.ZERO, Duration.ofSeconds(1), 7, Duration.ofSeconds(1));

        assertThatThrownBy(
                        () -> new LoadRun(relaxed, settings, List.of(new MemoryTarget()), NOBODY, new Transcript(10)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Transcript(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
