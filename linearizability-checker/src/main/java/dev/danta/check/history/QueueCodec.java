package dev.danta.check.history;

import dev.danta.check.model.QueueModel.Input;
import dev.danta.check.model.QueueModel.Output;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code enqueue} with the value; {@code dequeue} with the value in the {@code ok}, null for nothing. */
public final class QueueCodec implements OperationCodec<Input, Output> {
    private final String model;

    private QueueCodec(String model) {
        this.model = model;
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
    public String model() {
        return model;
    }

    @Override
    public String f(Input input) {
        return input instanceof Input.Enqueue ? "enqueue" : "dequeue";
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        return Fields.value(input instanceof Input.Enqueue enqueue ? enqueue.value() : null)
                .map();
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        return output instanceof Output.Taken taken
                ? Fields.value(taken.value()).map()
                : encode(input);
    }

    @Override
    public Input input(HistoryEvent invoke) {
        invoke.demandNoKey();
        return switch (invoke.f()) {
            case "enqueue" -> new Input.Enqueue(invoke.text("value"));
            case "dequeue" -> new Input.Dequeue();
            case "drain" ->
                throw invoke.malformed(
                        "a drain is many dequeues at unknown times: record each of them as a dequeue of its own");
            default -> throw invoke.malformed("a queue knows enqueue and dequeue, not " + invoke.f());
        };
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        return input instanceof Input.Enqueue ? new Output.Enqueued() : new Output.Taken(ok.textOrNull("value"));
    }
}
