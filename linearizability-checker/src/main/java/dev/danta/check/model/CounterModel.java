package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;
import org.jspecify.annotations.Nullable;

/**
 * Numbers to which something is added. Every key is a counter of its own and a partition. They go round at the ends of 64
 * bits.
 *
 * @param initial the value of every counter before the first operation
 */
public record CounterModel(long initial) implements Model<Long, CounterModel.Input, CounterModel.Output> {

    /** What is asked of a counter. */
    public sealed interface Input {
        /** The counter that is asked. */
        String key();

        /** Be this much more, or less. */
        record Add(String key, long amount) implements Input {
            @Override
            public String toString() {
                return "add " + amount + (key.isEmpty() ? "" : " to " + key);
            }
        }

        /** What is the value? */
        record Read(String key) implements Input {
            @Override
            public String toString() {
                return "read" + Words.of(key);
            }
        }
    }

    /**
     * What a counter answers.
     *
     * @param value to a read the value; to an add the value that it led to, or null where that was not said
     */
    public record Output(@Nullable Long value) {
        @Override
        public String toString() {
            return value == null ? "done" : value.toString();
        }
    }

    @Override
    public String name() {
        return "counter";
    }

    @Override
    public String partitionOf(Input input) {
        return input.key();
    }

    @Override
    public Long init(String partition) {
        return initial;
    }

    @Override
    public Step<Long> step(Long state, Input input, Output output, Cancellation cancellation) {
        Long value = output.value();
        if (input instanceof Input.Read) {
            return state.equals(value)
                    ? Step.legal(state)
                    : Step.illegal(() -> "read " + output + " while the value was " + state);
        }
        Long next = stepUnknown(state, input, cancellation);
        return value == null || value.equals(next)
                ? Step.legal(next)
                : Step.illegal(() -> input + " was answered " + value + " while the value was " + state);
    }

    @Override
    public Long stepUnknown(Long state, Input input, Cancellation cancellation) {
        return input instanceof Input.Add add ? Long.valueOf(state + add.amount()) : state;
    }

    @Override
    public boolean readOnly(Input input) {
        return input instanceof Input.Read || (input instanceof Input.Add add && add.amount() == 0);
    }
}
