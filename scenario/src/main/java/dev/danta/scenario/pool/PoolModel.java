package dev.danta.scenario.pool;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;

/** One pool after the other: each answer is true at one moment between question and answer. */
final class PoolModel implements Model<PoolModel.Units, PoolModel.Input, PoolModel.Output> {
    private final long limit;

    /** How many there may be and how many are taken; the limit may have been lowered since. */
    record Units(long limit, long used) {}

    sealed interface Input {
        String pool();

        record Reserve(String pool, long units) implements Input {}

        record Release(String pool, long units) implements Input {}

        record SetLimit(String pool, long limit) implements Input {}

        record Look(String pool) implements Input {}
    }

    sealed interface Output {
        record Done() implements Output {
            @Override
            public String toString() {
                return "done";
            }
        }

        record Full() implements Output {}

        record Used(long used) implements Output {}
    }

    PoolModel(long limit) {
        this.limit = limit;
    }

    @Override
    public String name() {
        return "pool";
    }

    @Override
    public String partitionOf(Input input) {
        return input.pool();
    }

    @Override
    public Units init(String partition) {
        return new Units(limit, 0);
    }

    @Override
    public Step<Units> step(Units state, Input input, Output output, Cancellation cancellation) {
        if (output instanceof Output.Used used) {
            return used.used() == state.used()
                    ? Step.legal(state)
                    : Step.illegal(() -> used.used() + " were read while " + state.used() + " were taken");
        }
        boolean fits = !(input instanceof Input.Reserve reserve) || state.used() + reserve.units() <= state.limit();
        if (output instanceof Output.Full) {
            return fits ? Step.illegal(() -> input + " was refused in " + state) : Step.legal(state);
        }
        return fits
                ? Step.legal(stepUnknown(state, input, cancellation))
                : Step.illegal(() -> input + " was accepted in " + state);
    }

    @Override
    public Units stepUnknown(Units state, Input input, Cancellation cancellation) {
        if (input instanceof Input.Reserve reserve) {
            long used = state.used() + reserve.units();
            return used <= state.limit() ? new Units(state.limit(), used) : state;
        }
        if (input instanceof Input.Release release) {
            return new Units(state.limit(), state.used() - release.units());
        }
        return input instanceof Input.SetLimit set ? new Units(set.limit(), state.used()) : state;
    }

    @Override
    public boolean readOnly(Input input) {
        return input instanceof Input.Look;
    }

    @Override
    public boolean readOnly(Input input, Output output) {
        return readOnly(input) || output instanceof Output.Full;
    }
}
