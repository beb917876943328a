package dev.danta.testkit.junit;

import dev.danta.check.history.HistoryRecorder;
import dev.danta.client.DantaException;
import dev.danta.client.Outcome;
import java.util.function.Supplier;

/** Writes down how a call of a client ends. */
final class Recording {
    private Recording() {}

    /** Makes a call that was written down as begun; what it fails with is thrown on. */
    static <O> O of(HistoryRecorder.Call<O> call, Supplier<O> work) {
        O answer;
        try {
            answer = work.get();
        } catch (DantaException failed) {
            if (failed.outcome() == Outcome.NOT_APPLIED) {
                call.fail();
            } else {
                call.unknown();
            }
            throw failed;
        }
        call.ok(answer);
        return answer;
    }
}
