package dev.danta.check.example;

import static dev.danta.check.assertion.HistoryAssertion.assertThatHistory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.HistoryCheck;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.example.TicketModel.Ask;
import dev.danta.check.example.TicketModel.What;
import dev.danta.check.history.HistoryReader;
import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.judge.Judges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The own model of the module's README at work. */
final class TicketTest {
    private static final Ask TAKE = new Ask(What.TAKE, "1");

    @TempDir
    Path folder;

    @Test
    void everyTicketIsGivenOnce() throws InterruptedException {
        AtomicLong next = new AtomicLong(1);
        HistoryRecorder<Ask, Long> recorder = new HistoryRecorder<>();

        takenByFour(recorder, next::getAndIncrement);

        assertThatHistory(recorder).isValid(Judges.of(new TicketModel(), new TicketCodec()));
    }

    private static void takenByFour(HistoryRecorder<Ask, Long> recorder, LongSupplier dispenser)
            throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            HistoryRecorder.Client<Ask, Long> client = recorder.client();
            threads.add(new Thread(() -> {
                for (int n = 0; n < 100; n++) {
                    HistoryRecorder.Call<Long> call = client.invoke(TAKE);
                    call.ok(dispenser.getAsLong());
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void aTicketThatIsGivenTwiceIsFoundAndKept() throws IOException {
        HistoryRecorder<Ask, Long> recorder = new HistoryRecorder<>();
        HistoryRecorder.Client<Ask, Long> ann = recorder.client();
        HistoryRecorder.Client<Ask, Long> bob = recorder.client();
        ann.invoke(TAKE).ok(1L);
        bob.invoke(new Ask(What.LOOK, "2")).ok(1L);
        bob.invoke(TAKE).ok(2L);
        ann.invoke(TAKE).ok(2L);

        assertThatThrownBy(() -> assertThatHistory(recorder)
                        .writingTo(folder)
                        .isValid(Judges.of(new TicketModel(), new TicketCodec())))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("INVALID ")
                .hasMessageContaining("possible then: 3");
        assertThat(HistoryReader.read(folder.resolve("history.jsonl"), new TicketCodec())
                        .history()
                        .size())
                .isEqualTo(4);
    }

    /** What is open may have taken a number, at any time or never; and desks have nothing to do with one another. */
    @Test
    void aTicketThatNobodyGotMayHaveBeenGiven() {
        HistoryRecorder<Ask, Long> recorder = new HistoryRecorder<>();
        recorder.client().invoke(TAKE).unknown();
        recorder.client().invoke(TAKE).ok(2L);
        recorder.client().invoke(new Ask(What.TAKE, "2")).ok(1L);

        Result<Ask, Long> result = HistoryCheck.check(new TicketModel(), recorder.history());

        if (!(result instanceof Result.Valid<Ask, Long> valid)) {
            throw new AssertionError(result.sentence());
        }
        assertThat(valid.witness()).containsOnlyKeys("1", "2");
        assertThat(valid.witness().get("1")).extracting(Operation::isUnknown).containsExactly(true, false);
    }
}
