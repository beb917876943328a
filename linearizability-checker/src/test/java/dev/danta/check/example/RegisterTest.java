package dev.danta.check.example;

import static dev.danta.check.assertion.HistoryAssertion.assertThatHistory;

import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.history.RegisterCodec;
import dev.danta.check.judge.Judges;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.model.RegisterModel.Input;
import dev.danta.check.model.RegisterModel.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class RegisterTest {
    @Test
    void everyReadSeesTheLatestWrite() throws InterruptedException {
        AtomicReference<String> register = new AtomicReference<>(); // what is tested
        HistoryRecorder<Input, Output> recorder = new HistoryRecorder<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String name = "writer " + i;
            HistoryRecorder.Client<Input, Output> client = recorder.client(); // one for each thread
            threads.add(new Thread(() -> {
                for (int n = 0; n < 100; n++) {
                    String value = name + " has written " + n;
                    HistoryRecorder.Call<Output> write = client.invoke(new Input.Write(value));
                    register.set(value);
                    write.ok(new Output.Written());
                    HistoryRecorder.Call<Output> read = client.invoke(new Input.Read());
                    read.ok(new Output.Value(register.get()));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThatHistory(recorder).isValid(Judges.of(new RegisterModel(), new RegisterCodec()));
    }
}
