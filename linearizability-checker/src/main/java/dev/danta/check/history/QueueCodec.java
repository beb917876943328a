package dev.danta.check.history;

import dev.danta.check.model.QueueModel.Input;
import dev.danta.check.model.QueueModel.Output;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code enqueue} with the value; {@code dequeue} with the value in the {@code ok}, null for nothing. */
public final class QueueCodec extends VerbCodec<Input, Output> {
    private static final Verbs<Input> VERBS = Verbs.<Input>of("a queue")
            .verb("enqueue", Input.Enqueue.class, Input.Enqueue::value, event -> new Input.Enqueue(event.text("value")))
            .verb("dequeue", Input.Dequeue.class, dequeue -> null, event -> new Input.Dequeue())
            .alsoRead("drain", QueueCodec::drain);

    private QueueCodec(String model) {
        super(model, Keys.none(), VERBS);
    }

    /** For queues that keep their order. */
    public static QueueCodec ordered() {
        return new QueueCodec("queue");
    }

    /** For queues that do not. */
    public static QueueCodec unordered() {
        return new QueueCodec("unordered-queue");
    }

    @Override
    void answer(Map<String, @Nullable Object> fields, Input input, Output output) {
        if (output instanceof Output.Taken taken) {
            fields.put("value", taken.value());
        }
    }

    private static Input drain(HistoryEvent event) {
        throw event.malformed("a drain is many dequeues at unknown times: record each of them as a dequeue of its own");
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        return input instanceof Input.Enqueue ? new Output.Enqueued() : new Output.Taken(ok.textOrNull("value"));
    }
}
