package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.RegisterView;
import dev.danta.check.Step;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One register with read, write and compare-and-set: the object of most published histories.
 *
 * @param initial the value before any write, or null for none
 * @param failedCas what a compare-and-set that answered "not applied" says about the value
 * @param nilRead what a read that answered "no value" says
 */
public record RegisterModel(@Nullable String initial, FailedCas failedCas, NilRead nilRead)
        implements Model<Cell, RegisterModel.Input, RegisterModel.Output> {

    /** What a refused compare-and-set says. */
    public enum FailedCas {
        /** The value was not the expected one at that moment. */
        OBSERVED,
        /** Nothing: the refusal may have other causes, such as a time-out in the server. */
        DROPPED
    }

    /** What a read without a value says. */
    public enum NilRead {
        /** There was no value. */
        ABSENT,
        /** Nothing: some recorders write a nil for an answer that they did not keep. */
        WILDCARD
    }

    /** What is asked of a register. */
    public sealed interface Input {
        /** What is the value? */
        record Read() implements Input {
            @Override
            public String toString() {
                return "read";
            }
        }

        /** Be this value. */
        record Write(String value) implements Input {
            @Override
            public String toString() {
                return "write " + value;
            }
        }

        /** If the value is {@code expected}, be {@code update}. */
        record Cas(String expected, String update) implements Input {
            @Override
            public String toString() {
                return "cas " + expected + " to " + update;
            }
        }
    }

    /** What a register answers. */
    public sealed interface Output {
        /** To a read: the value, or null for none. */
        record Value(@Nullable String value) implements Output {
            @Override
            public String toString() {
                return value == null ? "nothing" : value;
            }
        }

        /** To a write. */
        record Written() implements Output {
            @Override
            public String toString() {
                return "written";
            }
        }

        /** To a compare-and-set: whether it was applied. */
        record Swapped(boolean applied) implements Output {
            @Override
            public String toString() {
                return applied ? "applied" : "not applied";
            }
        }
    }

    /** A register that begins without a value, in which every answer is an observation. */
    public RegisterModel() {
        this(null, FailedCas.OBSERVED, NilRead.ABSENT);
    }

    @Override
    public String name() {
        return "register";
    }

    @Override
    public Cell init(String partition) {
        return new Cell(initial);
    }

    @Override
    public Step<Cell> step(Cell state, Input input, Output output, Cancellation cancellation) {
        if (input instanceof Input.Read && output instanceof Output.Value read) {
            boolean fits = Objects.equals(read.value(), state.value())
                    || (read.value() == null && nilRead == NilRead.WILDCARD);
            return fits ? Step.legal(state) : Step.illegal(() -> "read " + read + " while the value was " + state);
        }
        if (input instanceof Input.Write write && output instanceof Output.Written) {
            return Step.legal(new Cell(write.value()));
        }
        if (input instanceof Input.Cas cas && output instanceof Output.Swapped swapped) {
            return compareAndSet(state, cas, swapped.applied());
        }
        return Step.illegal(() -> output + " is no answer to " + input);
    }

    private Step<Cell> compareAndSet(Cell state, Input.Cas cas, boolean applied) {
        if (!applied) {
            return failedCas == FailedCas.DROPPED || !state.holds(cas.expected())
                    ? Step.legal(state)
                    : Step.illegal(() -> cas + " was refused while the value was " + state);
        }
        return state.holds(cas.expected())
                ? Step.legal(new Cell(cas.update()))
                : Step.illegal(() -> cas + " was applied while the value was " + state);
    }

    @Override
    public Cell stepUnknown(Cell state, Input input, Cancellation cancellation) {
        if (input instanceof Input.Write write) {
            return new Cell(write.value());
        }
        return input instanceof Input.Cas cas && state.holds(cas.expected()) ? new Cell(cas.update()) : state;
    }

    @Override
    public boolean readOnly(Input input) {
        return input instanceof Input.Read;
    }

    @Override
    public boolean readOnly(Input input, Output output) {
        return input instanceof Input.Read || (output instanceof Output.Swapped swapped && !swapped.applied());
    }

    @Override
    public String phrase(Input input, @Nullable Output output) {
        if (output == null) {
            return input + " of unknown outcome";
        }
        if (input instanceof Input.Read) {
            return input + " " + output;
        }
        return output instanceof Output.Swapped swapped && !swapped.applied() ? input + ", not applied," : "" + input;
    }

    @Override
    public long stateBytes(Cell state) {
        return state.bytes();
    }

    @Override
    public long[] matterUntil(List<Operation<Input, Output>> known, List<Operation<Input, Output>> unknown) {
        Noticed noticed = new Noticed();
        for (Operation<Input, Output> operation : known) {
            long at = operation.completedAt();
            if (operation.output() instanceof Output.Value read
                    && (read.value() != null || nilRead == NilRead.ABSENT)) {
                noticed.value(new Cell(read.value()), at);
            }
            if (operation.input() instanceof Input.Cas cas && operation.output() instanceof Output.Swapped swapped) {
                if (swapped.applied()) {
                    noticed.value(new Cell(cas.expected()), at);
                } else if (failedCas == FailedCas.OBSERVED) {
                    noticed.anything(at);
                }
            }
        }
        for (Operation<Input, Output> operation : unknown) {
            if (operation.input() instanceof Input.Cas cas) {
                noticed.makes(new Cell(cas.expected()), new Cell(cas.update()));
            }
        }
        noticed.settle();
        return unknown.stream()
                .mapToLong(op -> noticed.until(written(op.input())))
                .toArray();
    }

    private static Cell written(Input input) {
        if (input instanceof Input.Write write) {
            return new Cell(write.value());
        }
        return input instanceof Input.Cas cas ? new Cell(cas.update()) : Cell.ABSENT;
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
                if (input instanceof Input.Write write && (output == null || output instanceof Output.Written)) {
                    return new Access.Write(new Cell(write.value()));
                }
                if (input instanceof Input.Read && output instanceof Output.Value read) {
                    return read.value() == null && nilRead == NilRead.WILDCARD
                            ? new Access.Nothing()
                            : new Access.Read(new Cell(read.value()));
                }
                boolean saysNothing = output instanceof Output.Swapped swapped
                        && !swapped.applied()
                        && input instanceof Input.Cas
                        && failedCas == FailedCas.DROPPED;
                return saysNothing ? new Access.Nothing() : new Access.Other();
            }
        });
    }
}
