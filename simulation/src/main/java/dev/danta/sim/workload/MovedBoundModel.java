package dev.danta.sim.workload;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.txn.counter.CounterBounds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bounded counters whose bounds and allowances are moved while they are used; each is a partition. Told in what is left: the bound
 * is where nothing is. What is accepted keeps to the bound that is in force at that moment, or to the allowance if it names it.
 *
 * <p>Two are looser. What is spent of an allotment keeps to the allowance that is in force: others may have gone into it while
 * the allotment was there. What is spent of a lax one may be of before the bound was tightened, which does not call it in, so it
 * keeps to the loosest that there has been.
 *
 * @param bounds what each counter is at first
 * @param isLax whether lax allotments are held: what they hold counts as spent, so that of refusals nothing is judged, and of
 *     what is left
 */
record MovedBoundModel(CounterBounds bounds, boolean isLax)
        implements Model<MovedBoundModel.State, MovedBoundModel.Input, MovedBoundModel.Output> {
    /**
     * What a counter is.
     *
     * @param left what is left, had the bound not been moved
     * @param shift how far it has been moved, in the direction that makes room
     * @param lowest the least of {@code left} that any bound and allowance so far has let be
     */
    record State(long left, long shift, long allowance, long lowest) {
        State less(long amount) {
            return new State(left - amount, shift, allowance, lowest);
        }

        private long least(boolean intoAllowance) {
            return -shift - (intoAllowance ? allowance : 0);
        }
    }

    sealed interface Input {
        String counter();

        record Spend(String counter, long amount, boolean intoAllowance) implements Input {}

        record Gain(String counter, long amount) implements Input {}

        record Move(String counter, long shift, long allowance) implements Input {}

        record Look(String counter) implements Input {}

        /** What one transaction does, one after the other and all at one moment. */
        record All(String counter, List<Input> parts) implements Input {
            public All {
                parts = List.copyOf(parts);
            }
        }
    }

    sealed interface Output {
        /** @param mode how it was spent; null for what is not spent */
        record Done(@Nullable Mode mode) implements Output {}

        record Limit() implements Output {}

        record Left(long room, long shift) implements Output {}

        /** To {@link Input.All}, as to each of its parts. */
        record Each(List<Output> parts) implements Output {
            public Each {
                parts = List.copyOf(parts);
            }
        }
    }

    @Override
    public String name() {
        return "moved-bound";
    }

    @Override
    public String partitionOf(Input input) {
        return input.counter();
    }

    @Override
    public State init(String partition) {
        return new State(bounds.initialRoom(), 0, bounds.allowance(), -bounds.allowance());
    }

    @Override
    public Step<State> step(State state, Input input, Output output, Cancellation cancellation) {
        if (input instanceof Input.All all && output instanceof Output.Each each) {
            Step<State> step = Step.legal(state);
            for (int i = 0; i < all.parts().size() && step instanceof Step.Legal<State> legal; i++) {
                step = step(legal.next(), all.parts().get(i), each.parts().get(i), cancellation);
            }
            return step;
        }
        if (output instanceof Output.Left told) {
            return told.room() == state.left() + state.shift() && told.shift() == state.shift()
                    ? Step.legal(state)
                    : Step.illegal(() -> told + " was told in " + state);
        }
        if (output instanceof Output.Limit) {
            boolean isTrue = input instanceof Input.Spend spend
                    && (isLax || state.left() - spend.amount() < state.least(spend.intoAllowance()));
            return isTrue ? Step.legal(state) : Step.illegal(() -> input + " was refused in " + state);
        }
        if (input instanceof Input.Spend spend && output instanceof Output.Done done) {
            return state.left() - spend.amount() >= least(state, spend, done.mode())
                    ? Step.legal(state.less(spend.amount()))
                    : Step.illegal(() -> spend + " was accepted, " + done.mode() + ", in " + state);
        }
        return Step.legal(stepUnknown(state, input, cancellation));
    }

    private static long least(State state, Input.Spend spend, @Nullable Mode mode) {
        return mode == Mode.RELAXED ? state.lowest() : state.least(spend.intoAllowance() || mode == Mode.RESERVED);
    }

    @Override
    public State stepUnknown(State state, Input input, Cancellation cancellation) {
        if (input instanceof Input.All all) {
            State after = state;
            for (Input part : all.parts()) {
                if (part instanceof Input.Spend spend && !mayBe(after, spend)) {
                    return state;
                }
                after = stepUnknown(after, part, cancellation);
            }
            return after;
        }
        if (input instanceof Input.Spend spend) {
            return mayBe(state, spend) ? state.less(spend.amount()) : state;
        }
        if (input instanceof Input.Gain gain) {
            return state.less(-gain.amount());
        }
        return input instanceof Input.Move move
                ? new State(
                        state.left(),
                        move.shift(),
                        move.allowance(),
                        Math.min(state.lowest(), -move.shift() - move.allowance()))
                : state;
    }

    private static boolean mayBe(State state, Input.Spend spend) {
        return state.left() - spend.amount() >= state.lowest();
    }

    @Override
    public boolean readOnly(Input input) {
        return input instanceof Input.Look
                || (input instanceof Input.All all && all.parts().stream().allMatch(this::readOnly));
    }

    @Override
    public boolean readOnly(Input input, Output output) {
        return readOnly(input) || output instanceof Output.Limit;
    }
}
