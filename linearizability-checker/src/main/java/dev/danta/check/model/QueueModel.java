package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.QueueView;
import dev.danta.check.Step;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A queue from which everything is taken in the order in which it was put in.
 *
 * @param initial what is in it before the first operation
 * @param nilRead what a dequeue that answered "nothing" says: that the queue was empty, or nothing at all
 */
public record QueueModel(Fifo initial, RegisterModel.NilRead nilRead)
        implements Model<Fifo, QueueModel.Input, QueueModel.Output> {

    /** What is asked of a queue, whatever its order. */
    public sealed interface Input {
        /** Be in it. */
        record Enqueue(String value) implements Input {
            @Override
            public String toString() {
                return "enqueue " + value;
            }
        }

        /** Take one out. */
        record Dequeue() implements Input {
            @Override
            public String toString() {
                return "dequeue";
            }
        }
    }

    /** What a queue answers. */
    public sealed interface Output {
        /** To an enqueue. */
        record Enqueued() implements Output {
            @Override
            public String toString() {
                return "done";
            }
        }

        /** To a dequeue: what was taken out, or null for nothing. */
        record Taken(@Nullable String value) implements Output {
            @Override
            public String toString() {
                return value == null ? "nothing" : value;
            }
        }
    }

    /** A queue that begins empty, and in which an empty answer is an observation. */
    public QueueModel() {
        this(Fifo.EMPTY, RegisterModel.NilRead.ABSENT);
    }

    /** A queue that begins with these values, the first at the front. */
    public static QueueModel of(List<String> initial, RegisterModel.NilRead nilRead) {
        return new QueueModel(Fifo.of(initial), nilRead);
    }

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public Fifo init(String partition) {
        return initial;
    }

    @Override
    public Step<Fifo> step(Fifo state, Input input, Output output, Cancellation cancellation) {
        if (input instanceof Input.Enqueue enqueue && output instanceof Output.Enqueued) {
            return Step.legal(state.with(enqueue.value()));
        }
        if (!(input instanceof Input.Dequeue) || !(output instanceof Output.Taken taken)) {
            return Step.illegal(() -> output + " is no answer to " + input);
        }
        if (taken.value() == null) {
            return state.size() == 0 || nilRead == RegisterModel.NilRead.WILDCARD
                    ? Step.legal(state)
                    : Step.illegal(() -> "dequeued nothing while the queue was " + state);
        }
        return taken.value().equals(state.first())
                ? Step.legal(state.withoutFirst())
                : Step.illegal(() -> "dequeued " + taken + " while the queue was " + state);
    }

    @Override
    public Fifo stepUnknown(Fifo state, Input input, Cancellation cancellation) {
        return input instanceof Input.Enqueue enqueue ? state.with(enqueue.value()) : state.withoutFirst();
    }

    @Override
    public boolean readOnly(Input input) {
        return false;
    }

    @Override
    public boolean readOnly(Input input, Output output) {
        return output instanceof Output.Taken taken && taken.value() == null;
    }

    @Override
    public long stateBytes(Fifo state) {
        return Fifo.BYTES;
    }

    @Override
    public Optional<QueueView<Input, Output>> asQueue(String partition) {
        return Optional.of(new QueueView<>() {
            @Override
            public List<? extends Object> initial() {
                return initial.values();
            }

            @Override
            public Access access(Input input, @Nullable Output output) {
                if (input instanceof Input.Enqueue in && (output == null || output instanceof Output.Enqueued)) {
                    return new Access.Put(in.value());
                }
                if (!(input instanceof Input.Dequeue) || (output != null && !(output instanceof Output.Taken))) {
                    return new Access.Other();
                }
                if (!(output instanceof Output.Taken taken)) {
                    return new Access.TakeUnseen();
                }
                if (taken.value() != null) {
                    return new Access.Take(taken.value());
                }
                return nilRead == RegisterModel.NilRead.WILDCARD ? new Access.Nothing() : new Access.Empty();
            }
        });
    }
}
