package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;
import java.util.List;
import java.util.TreeSet;

/**
 * A set that is read as a whole: a read shows exactly what was added and not removed.
 *
 * @param initial what is in it before the first operation, each value once
 */
public record SetModel(Bag initial) implements Model<Bag, SetModel.Input, SetModel.Output> {

    /** What is asked of a set. */
    public sealed interface Input {
        /** Be in it. */
        record Add(String value) implements Input {
            @Override
            public String toString() {
                return "add " + value;
            }
        }

        /** Be in it no more. */
        record Remove(String value) implements Input {
            @Override
            public String toString() {
                return "remove " + value;
            }
        }

        /** Is it in it? */
        record Contains(String value) implements Input {
            @Override
            public String toString() {
                return "contains " + value;
            }
        }

        /** What is in it? */
        record Read() implements Input {
            @Override
            public String toString() {
                return "read";
            }
        }
    }

    /** What a set answers. */
    public sealed interface Output {
        /** To an add or a remove, without saying whether it changed anything. */
        record Done() implements Output {
            @Override
            public String toString() {
                return "done";
            }
        }

        /** To a contains. */
        record Found(boolean found) implements Output {
            @Override
            public String toString() {
                return found ? "yes" : "no";
            }
        }

        /** To a read: every value once. */
        record Values(Bag values) implements Output {
            @Override
            public String toString() {
                return values.toString();
            }
        }
    }

    /** An empty set. */
    public SetModel() {
        this(Bag.EMPTY);
    }

    /** A set of these values, whatever their order and however often each. */
    public static SetModel of(List<String> initial) {
        return new SetModel(Bag.of(new TreeSet<>(initial)));
    }

    @Override
    public String name() {
        return "set";
    }

    @Override
    public Bag init(String partition) {
        return initial;
    }

    @Override
    public Step<Bag> step(Bag state, Input input, Output output, Cancellation cancellation) {
        if (input instanceof Input.Read && output instanceof Output.Values read) {
            return read.values().equals(state) ? Step.legal(state) : Step.illegal(() -> difference(read, state));
        }
        if (input instanceof Input.Contains asked && output instanceof Output.Found found) {
            return found.found() == (state.count(asked.value()) > 0)
                    ? Step.legal(state)
                    : Step.illegal(() -> input + " was answered " + found + " while the set was " + state);
        }
        if (output instanceof Output.Done && (input instanceof Input.Add || input instanceof Input.Remove)) {
            return Step.legal(stepUnknown(state, input, cancellation));
        }
        return Step.illegal(() -> output + " is no answer to " + input);
    }

    private static String difference(Output.Values read, Bag state) {
        List<String> there = state.values(Integer.MAX_VALUE);
        List<String> seen = read.values().values(Integer.MAX_VALUE);
        List<String> missing = new TreeSet<>(there)
                .stream().filter(value -> read.values().count(value) == 0).toList();
        List<String> extra = new TreeSet<>(seen)
                .stream().filter(value -> state.count(value) == 0).toList();
        return "read " + read + " while the set was " + state
                + (missing.isEmpty() ? "" : ", missing " + Words.list(missing, missing.size(), "", ""))
                + (extra.isEmpty() ? "" : ", with " + Words.list(extra, extra.size(), "", "") + " too many");
    }

    @Override
    public Bag stepUnknown(Bag state, Input input, Cancellation cancellation) {
        if (input instanceof Input.Add add) {
            return state.count(add.value()) > 0 ? state : state.with(add.value());
        }
        return input instanceof Input.Remove remove ? state.without(remove.value()) : state;
    }

    @Override
    public boolean readOnly(Input input) {
        return input instanceof Input.Read || input instanceof Input.Contains;
    }

    @Override
    public long stateBytes(Bag state) {
        return state.bytes();
    }
}
