package dev.danta.testkit;

import static dev.danta.check.assertion.HistoryAssertion.assertThatHistory;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.history.KeyValueCodec;
import dev.danta.check.judge.Judges;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Outcome;
import dev.danta.client.Read;
import dev.danta.client.Space;
import dev.danta.client.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients of a strict table see while nodes come and go is judged by the checker, as an application would do it. */
@Timeout(300)
final class LinearizableTest {
    private static final int CLIENTS = 4;
    private static final int EACH = 60;
    private static final int KEYS = 3;

    @Test
    void aStrictTableIsLinearizableThoughNodesDie() throws InterruptedException {
        HistoryRecorder<Input, Output> recorder = new HistoryRecorder<>();
        CountDownLatch aThird = new CountDownLatch(CLIENTS * EACH / 3);
        CountDownLatch twoThirds = new CountDownLatch(2 * CLIENTS * EACH / 3);
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().shards(2).build();
                DantaClient client =
                        cluster.clientBuilder().deadline(Duration.ofSeconds(60)).build()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                User user = new User(client.space("shop"), recorder.client(), i);
                Thread thread = new Thread(() -> {
                    for (int n = 0; n < EACH; n++) {
                        user.writeOrRead(n);
                        aThird.countDown();
                        twoThirds.countDown();
                    }
                });
                thread.start();
                threads.add(thread);
            }
            assertThat(aThird.await(2, TimeUnit.MINUTES)).isTrue();
            cluster.killNode(1);
            assertThat(twoThirds.await(2, TimeUnit.MINUTES)).isTrue();
            cluster.startNode(1);
            for (Thread thread : threads) {
                thread.join();
            }
        }

        assertThat(recorder.history().known()).isPositive();
        assertThatHistory(recorder).isValid(Judges.of(new KeyValueModel(), new KeyValueCodec()));
    }

    /** Writes what nobody else writes, or reads. */
    private static final class User {
        private final Space space;
        private final Table<String> table;
        private final HistoryRecorder.Client<Input, Output> recorder;
        private final Random random;
        private final int number;

        User(Space space, HistoryRecorder.Client<Input, Output> recorder, int number) {
            this.space = space;
            this.table = space.table("catalog", Codecs.STRING, Mode.STRICT);
            this.recorder = recorder;
            this.random = new Random(number);
            this.number = number;
        }

        void writeOrRead(int n) {
            String key = "article " + random.nextInt(KEYS);
            if (random.nextBoolean()) {
                String value = number + "/" + n;
                HistoryRecorder.Call<Output> call = recorder.invoke(new Input.Put(key, value));
                record(call, () -> {
                    space.execute(tx -> tx.put(table, Key.of(key), value));
                    return new Output.Done();
                });
            } else {
                HistoryRecorder.Call<Output> call = recorder.invoke(new Input.Get(key));
                record(
                        call,
                        () -> new Output.Value(
                                table.get(Key.of(key), Read.STRICT).orElse(null)));
            }
        }

        private static void record(HistoryRecorder.Call<Output> call, Supplier<Output> work) {
            Output answer;
            try {
                answer = work.get();
            } catch (DantaException failed) {
                if (failed.outcome() == Outcome.NOT_APPLIED) {
                    call.fail();
                } else {
                    call.unknown();
                }
                return;
            }
            call.ok(answer);
        }
    }
}
