package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.RegisterView;
import dev.danta.check.Step;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of keys and values. Keys are independent of one another, so every key is a partition; operations over several
 * keys at once need another model.
 *
 * <p>Every answer is an observation: a refused compare-and-set proves that the value differed, a refused put-if-absent
 * that there was one. A client that cannot tell a refusal from a failure records an unknown outcome.
 *
 * @param initial the value of every key before the first operation, or null for none
 */
public record KeyValueModel(@Nullable String initial)
        implements Model<Cell, KeyValueModel.Input, KeyValueModel.Output> {

    /** What is asked of a table. */
    public sealed interface Input {
        /** The key that is asked about. */
        String key();

        /** What is the value? */
        record Get(String key) implements Input {
            @Override
            public String toString() {
                return "get " + key;
            }
        }

        /** Be this value. */
        record Put(String key, String value) implements Input {
            @Override
            public String toString() {
                return "put " + key + " " + value;
            }
        }

        /** Be absent. */
        record Delete(String key) implements Input {
            @Override
            public String toString() {
                return "delete " + key;
            }
        }

        /** If the value is {@code expected}, be {@code update}. */
        record Cas(String key, String expected, String update) implements Input {
            @Override
            public String toString() {
                return "cas " + key + " " + expected + " to " + update;
            }
        }

        /** If there is no value, be this one. */
        record PutIfAbsent(String key, String value) implements Input {
            @Override
            public String toString() {
                return "put-if-absent " + key + " " + value;
            }
        }

        /** Put this behind the value; absent counts as empty. */
        record Append(String key, String value) implements Input {
            @Override
            public String toString() {
                return "append " + key + " " + value;
            }
        }
    }

    /** What a table answers. */
    public sealed interface Output {
        /** To a get: the value, or null for none. */
        record Value(@Nullable String value) implements Output {
            @Override
            public String toString() {
                return value == null ? "nothing" : value;
            }
        }

        /** To a put, a delete or an append. */
        record Done() implements Output {
            @Override
            public String toString() {
                return "done";
            }
        }

        /** To a compare-and-set or a put-if-absent: whether it was applied. */
        record Swapped(boolean applied) implements Output {
            @Override
            public String toString() {
                return applied ? "applied" : "not applied";
            }
        }
    }

    /** A table that begins empty. */
    public KeyValueModel() {
        this(null);
    }

    @Override
    public String name() {
        return "kv";
    }

    @Override
    public String partitionOf(Input input) {
        return input.key();
    }

    @Override
    public Cell init(String partition) {
        return new Cell(initial);
    }

    @Override
    public Step<Cell> step(Cell state, Input input, Output output, Cancellation cancellation) {
        if (input instanceof Input.Get && output instanceof Output.Value got) {
            return Objects.equals(got.value(), state.value())
                    ? Step.legal(state)
                    : Step.illegal(() -> "got " + got + " while the value was " + state);
        }
        if (output instanceof Output.Done
                && (input instanceof Input.Put || input instanceof Input.Delete || input instanceof Input.Append)) {
            return Step.legal(effect(state, input));
        }
        if (output instanceof Output.Swapped swapped
                && (input instanceof Input.Cas || input instanceof Input.PutIfAbsent)) {
            if (swapped.applied() != applies(state, input)) {
                return Step.illegal(() -> input + " was " + swapped + " while the value was " + state);
            }
            return Step.legal(swapped.applied() ? effect(state, input) : state);
        }
        return Step.illegal(() -> output + " is no answer to " + input);
    }

    @Override
    public Cell stepUnknown(Cell state, Input input, Cancellation cancellation) {
        return applies(state, input) ? effect(state, input) : state;
    }

    private static boolean applies(Cell state, Input input) {
        if (input instanceof Input.Cas cas) {
            return state.holds(cas.expected());
        }
        return !(input instanceof Input.PutIfAbsent) || state.value() == null;
    }

    private static Cell effect(Cell state, Input input) {
        if (input instanceof Input.Put put) {
            return new Cell(put.value());
        }
        if (input instanceof Input.Cas cas) {
            return new Cell(cas.update());
        }
        if (input instanceof Input.PutIfAbsent put) {
            return new Cell(put.value());
        }
        if (input instanceof Input.Append append) {
            return new Cell(state.value() == null ? append.value() : state.value() + append.value());
        }
        return input instanceof Input.Delete ? Cell.ABSENT : state;
    }

    @Override
    public boolean readOnly(Input input) {
        return input instanceof Input.Get;
    }

    @Override
    public boolean readOnly(Input input, Output output) {
        return input instanceof Input.Get || (output instanceof Output.Swapped swapped && !swapped.applied());
    }

    @Override
    public long stateBytes(Cell state) {
        return state.bytes();
    }

    /** Of what was appended to, every value says something of all that was put before: so with appends, no hint. */
    @Override
    public long[] matterUntil(List<Operation<Input, Output>> known, List<Operation<Input, Output>> unknown) {
        if (Stream.concat(known.stream(), unknown.stream()).anyMatch(op -> op.input() instanceof Input.Append)) {
            return Model.super.matterUntil(known, unknown);
        }
        Noticed noticed = new Noticed();
        for (Operation<Input, Output> operation : known) {
            long at = operation.completedAt();
            if (operation.output() instanceof Output.Value got) {
                noticed.value(new Cell(got.value()), at);
            } else if (operation.output() instanceof Output.Swapped swapped) {
                if (swapped.applied()) {
                    noticed.value(expected(operation.input()), at);
                } else {
                    noticed.anything(at);
                }
            }
        }
        for (Operation<Input, Output> operation : unknown) {
            Input input = operation.input();
            if (input instanceof Input.Cas || input instanceof Input.PutIfAbsent) {
                noticed.makes(expected(input), effect(Cell.ABSENT, input));
            }
        }
        noticed.settle();
        return unknown.stream()
                .mapToLong(op -> noticed.until(effect(Cell.ABSENT, op.input())))
                .toArray();
    }

    private static Cell expected(Input input) {
        return input instanceof Input.Cas cas ? new Cell(cas.expected()) : Cell.ABSENT;
    }

    @Override
    public Optional<RegisterView<Input, Output>> asRegister(String partition) {
        return Optional.of(new RegisterView<>() {
            @Override
            public Object initial() {
                return new Cell(initial);
            }

            @Override
            public Access access(Input input, @Nullable Output output) {
                boolean done = output == null || output instanceof Output.Done;
                if (done && (input instanceof Input.Put || input instanceof Input.Delete)) {
                    return new Access.Write(effect(Cell.ABSENT, input));
                }
                return input instanceof Input.Get && output instanceof Output.Value got
                        ? new Access.Read(new Cell(got.value()))
                        : new Access.Other();
            }
        });
    }
}
