package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that never leave their bounds: stock, seats, budgets. Every key is a counter of its own and a partition.
 *
 * <p>A refusal is an answer to be explained like any other: {@code Limit} is legal only at a moment at which the
 * operation would have crossed the bound, so a shop that turns a buyer away while it has units left is found out as
 * surely as one that oversells. This is the strict reading; another one is a setting. Below the floor go only those who name
 * an allowance, and no further than that.
 *
 * @param initial the value of every counter before the first operation, within the bounds
 * @param floor the least value allowed
 * @param ceiling the greatest value allowed
 * @param refusals what a refusal says: that the bound stood in the way at that moment, or nothing at all
 */
public record BoundedCounterModel(long initial, long floor, long ceiling, RegisterModel.FailedCas refusals)
        implements Model<Long, BoundedCounterModel.Input, BoundedCounterModel.Output> {

    /** What is asked of a counter. */
    public sealed interface Input {
        /** The counter that is asked. */
        String key();

        /**
         * Take this many, at least 0, unless the value would fall below the floor.
         *
         * @param allowance how far below the floor this one may take it, at least 0: an overdraft that it names
         */
        record Spend(String key, long amount, long allowance) implements Input {
            public Spend {
                requireAmount(amount);
                requireAmount(allowance);
            }

            /** One that keeps to the floor. */
            public Spend(String key, long amount) {
                this(key, amount, 0);
            }

            @Override
            public String toString() {
                return "spend " + amount + named(key) + (allowance == 0 ? "" : " with an allowance of " + allowance);
            }
        }

        /** Give this many, at least 0, unless the value would rise above the ceiling. */
        record Gain(String key, long amount) implements Input {
            public Gain {
                requireAmount(amount);
            }

            @Override
            public String toString() {
                return "gain " + amount + named(key);
            }
        }

        /** What is the value? */
        record Read(String key) implements Input {
            @Override
            public String toString() {
                return "read" + named(key);
            }
        }

        private static void requireAmount(long amount) {
            if (amount < 0) {
                throw new IllegalArgumentException("an amount is at least 0: " + amount);
            }
        }

        private static String named(String key) {
            return key.isEmpty() ? "" : " of " + key;
        }
    }

    /** How a spend was done. */
    public enum Mode {
        /** By a transaction on what is on record. */
        STRICT,
        /** Of what was set aside for who spends, acknowledged by a quorum. */
        RESERVED,
        /** Of what was set aside for who spends, acknowledged by fewer. */
        RELAXED;

        /** As histories spell it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The mode of this spelling. */
        public static Optional<Mode> of(String word) {
            return Arrays.stream(values())
                    .filter(mode -> mode.word().equals(word))
                    .findFirst();
        }
    }

    /** What a counter answers. */
    public sealed interface Output {
        /**
         * To a spend or a gain: it was done.
         *
         * @param mode how, where that is known: whatever it is, the bound holds
         */
        record Accepted(@Nullable Mode mode) implements Output {
            /** Nobody says how. */
            public Accepted() {
                this(null);
            }

            @Override
            public String toString() {
                return mode == null ? "accepted" : "accepted, " + mode.word();
            }
        }

        /** To a spend or a gain: it would have crossed the bound, and nothing was changed. */
        record Limit() implements Output {
            @Override
            public String toString() {
                return "limit";
            }
        }

        /** To a read. */
        record Value(long value) implements Output {
            @Override
            public String toString() {
                return Long.toString(value);
            }
        }
    }

    public BoundedCounterModel {
        if (floor > initial || initial > ceiling) {
            throw new IllegalArgumentException("floor " + floor + ", initial " + initial + " and ceiling " + ceiling
                    + " are not in ascending order");
        }
    }

    /** Counters whose refusals are observations. */
    public BoundedCounterModel(long initial, long floor, long ceiling) {
        this(initial, floor, ceiling, RegisterModel.FailedCas.OBSERVED);
    }

    /** A stock of this many units, which cannot go below zero and is not bounded above. */
    public static BoundedCounterModel stock(long units) {
        return new BoundedCounterModel(units, 0, Long.MAX_VALUE);
    }

    @Override
    public String name() {
        return "bounded-counter";
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
        if (input instanceof Input.Read) {
            if (!(output instanceof Output.Value read)) {
                return Step.illegal(() -> output + " is no answer to " + input);
            }
            return read.value() == state
                    ? Step.legal(state)
                    : Step.illegal(() -> "read " + read + " while the value was " + state);
        }
        if (output instanceof Output.Accepted) {
            return fits(state, input)
                    ? Step.legal(stepUnknown(state, input, cancellation))
                    : Step.illegal(() -> input + " was accepted although the value was " + state + bounds());
        }
        if (output instanceof Output.Limit) {
            return refusals == RegisterModel.FailedCas.OBSERVED && fits(state, input)
                    ? Step.illegal(() -> input + " was refused although the value was " + state + bounds())
                    : Step.legal(state);
        }
        return Step.illegal(() -> output + " is no answer to " + input);
    }

    private String bounds() {
        return " (bounds " + floor + " to " + (ceiling == Long.MAX_VALUE ? "any" : ceiling) + ")";
    }

    @Override
    public Long stepUnknown(Long state, Input input, Cancellation cancellation) {
        if (!fits(state, input)) {
            return state;
        }
        if (input instanceof Input.Spend spend) {
            return state - spend.amount();
        }
        return input instanceof Input.Gain gain ? Long.valueOf(state + gain.amount()) : state;
    }

    /** Whether the operation keeps the bounds; differences are taken so that none can overflow unseen. */
    private boolean fits(long state, Input input) {
        if (input instanceof Input.Spend spend) {
            long below = floor - spend.allowance();
            long lowest = below > floor ? Long.MIN_VALUE : below;
            long room = state - lowest;
            return state >= lowest && (room < 0 || spend.amount() <= room);
        }
        if (input instanceof Input.Gain gain) {
            long room = ceiling - state;
            return room < 0 || gain.amount() <= room;
        }
        return true;
    }

    @Override
    public boolean readOnly(Input input) {
        return input instanceof Input.Read;
    }

    @Override
    public boolean readOnly(Input input, Output output) {
        return input instanceof Input.Read || output instanceof Output.Limit;
    }
}
