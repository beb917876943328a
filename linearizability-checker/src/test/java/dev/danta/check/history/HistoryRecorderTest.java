package dev.danta.check.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.History;
import dev.danta.check.HistoryCheck;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HistoryRecorderTest {
    private final AtomicLong ticks = new AtomicLong();
    private final HistoryRecorder<String, String> recorder = new HistoryRecorder<>(ticks::incrementAndGet, 100);
    private final HistoryRecorder.Client<String, String> client = recorder.client();

    @Test
    void stampsAreTakenAroundTheCall() {
        HistoryRecorder.Call<String> call = client.invoke("get");
        ticks.set(10);
        call.ok("answer");

        assertThat(recorder.history().operations()).containsExactly(Operation.known(0, "get", "answer", 1, 11));
    }

    @Test
    void afterAnUnknownOutcomeAClientGoesOnAsAnotherProcess() {
        client.invoke("lost").unknown();
        client.invoke("next").ok("");

        assertThat(recorder.history().operations())
                .containsExactly(Operation.unknown(0, "lost", 1), Operation.known(1, "next", "", 2, 3));
    }

    @Test
    void whatCertainlyDidNotHappenIsLeftOut() {
        client.invoke("refused").fail();
        client.invoke("next").ok("");

        assertThat(recorder.history().operations()).containsExactly(Operation.known(0, "next", "", 2, 3));
        assertThat(recorder.aborted()).containsExactly(Operation.unknown(0, "refused", 1));
    }

    @Test
    void anOpenCallIsOfUnknownOutcomeUntilItIsCompleted() {
        HistoryRecorder.Call<String> call = client.invoke("slow");
        assertThat(recorder.history().operations()).containsExactly(Operation.unknown(0, "slow", 1));

        call.ok("done");
        assertThat(recorder.history().operations()).containsExactly(Operation.known(0, "slow", "done", 1, 3));
    }

    @Test
    void aClientHasOneOpenCall() {
        client.invoke("a");

        assertThatThrownBy(() -> client.invoke("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("process 0 invokes b while its a is open");
    }

    @Test
    void aCallEndsOnce() {
        HistoryRecorder.Call<String> call = client.invoke("a");
        call.ok("x");

        assertThatThrownBy(() -> call.ok("y")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(call::unknown).isInstanceOf(IllegalStateException.class);
        assertThat(recorder.history().operations()).containsExactly(Operation.known(0, "a", "x", 1, 2));
    }

    @Test
    void aFullRecorderRefusesAndKeepsWhatItHas() {
        for (int i = 0; i < 100; i++) {
            client.invoke("a").ok("");
        }

        assertThatThrownBy(() -> client.invoke("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the recorder is full: 100 operations");
        assertThat(recorder.history().size()).isEqualTo(100);
    }

    @Test
    void aHistoryEndsAtTheStampAtWhichItWasAskedFor() {
        client.invoke("before").ok("x");
        HistoryRecorder.Client<String, String> other = recorder.client();
        HistoryRecorder.Call<String> across = other.invoke("across");
        ticks.set(100);
        across.ok("y");
        client.invoke("after").ok("z");
        // As if this were asked for before the last three stamps were taken, and got to the clients after.
        ticks.set(50);

        assertThat(recorder.history().operations())
                .containsExactly(Operation.known(0, "before", "x", 1, 2), Operation.unknown(1, "across", 3));
    }

    @Test
    void whatManyThreadsRecordOfARealMapIsLinearizable() throws ExecutionException, InterruptedException {
        Map<String, String> table = new ConcurrentHashMap<>();
        HistoryRecorder<Input, Output> shared = new HistoryRecorder<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int number = i;
            running.add(threads.submit(() -> work(table, shared.client(), number)));
        }
        History<Input, Output> inBetween = shared.history();
        for (Future<?> one : running) {
            one.get();
        }
        threads.shutdown();

        History<Input, Output> history = shared.history();
        assertThat(history.size()).isEqualTo(4 * 500);
        assertThat(history.unknown()).isEqualTo(4 * 4);
        assertThat(HistoryCheck.check(new KeyValueModel(), history)).isInstanceOf(Result.Valid.class);
        assertThat(HistoryCheck.check(new KeyValueModel(), inBetween)).isNotInstanceOf(Result.Invalid.class);
    }

    /** Few outcomes stay unknown: each of them doubles what an unlucky timing lets the search look at. */
    private static void work(Map<String, String> table, HistoryRecorder.Client<Input, Output> client, int number) {
        for (int i = 0; i < 500; i++) {
            String key = "k" + i % 3;
            if (i % 125 == 124) {
                HistoryRecorder.Call<Output> call = client.invoke(new Input.Put(key, number + "/" + i));
                if (i % 250 == 249) {
                    table.put(key, number + "/" + i);
                }
                call.unknown();
            } else if (i % 2 == 0) {
                HistoryRecorder.Call<Output> call = client.invoke(new Input.Put(key, number + "/" + i));
                table.put(key, number + "/" + i);
                call.ok(new Output.Done());
            } else {
                HistoryRecorder.Call<Output> call = client.invoke(new Input.Get(key));
                call.ok(new Output.Value(table.get(key)));
            }
        }
    }
}
