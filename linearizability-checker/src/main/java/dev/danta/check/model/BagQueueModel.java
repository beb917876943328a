package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;
import dev.danta.check.model.QueueModel.Input;
import dev.danta.check.model.QueueModel.Output;

/**
 * A queue without an order: what is put in comes out, each once, sometime.
 *
 * <p>A dequeue of unknown outcome may have taken any value. It is not said which: the state counts how many were taken so,
 * and a value may be dequeued as long as enough others are left for them. That says the same, since whichever values were
 * taken, the unknown dequeue could have taken them later as well.
 *
 * @param initial what is in it before the first operation
 * @param nilRead what a dequeue that answered "nothing" says: that the queue was empty, or nothing at all
 */
public record BagQueueModel(Bag initial, RegisterModel.NilRead nilRead)
        implements Model<BagQueueModel.State, Input, Output> {

    /**
     * What is in the queue.
     *
     * @param values what was put in and not seen to come out
     * @param takenUnseen how many of these were taken by dequeues whose answer nobody knows
     */
    public record State(Bag values, int takenUnseen) {
        public State {
            if (takenUnseen < 0 || takenUnseen > values.size()) {
                throw new IllegalArgumentException("taken " + takenUnseen + " of " + values.size());
            }
        }

        private boolean isEmpty() {
            return takenUnseen == values.size();
        }

        @Override
        public String toString() {
            return takenUnseen == 0 ? values.toString() : values + " less " + takenUnseen + " that nobody knows";
        }
    }

    /** A queue that begins empty, and in which an empty answer is an observation. */
    public BagQueueModel() {
        this(Bag.EMPTY, RegisterModel.NilRead.ABSENT);
    }

    @Override
    public String name() {
        return "unordered-queue";
    }

    @Override
    public State init(String partition) {
        return new State(initial, 0);
    }

    @Override
    public Step<State> step(State state, Input input, Output output, Cancellation cancellation) {
        if (input instanceof Input.Enqueue && output instanceof Output.Enqueued) {
            return Step.legal(stepUnknown(state, input, cancellation));
        }
        if (!(input instanceof Input.Dequeue) || !(output instanceof Output.Taken taken)) {
            return Step.illegal(() -> output + " is no answer to " + input);
        }
        String value = taken.value();
        if (value == null) {
            return state.isEmpty() || nilRead == RegisterModel.NilRead.WILDCARD
                    ? Step.legal(state)
                    : Step.illegal(() -> "dequeued nothing while the queue was " + state);
        }
        return state.values().count(value) > 0 && !state.isEmpty()
                ? Step.legal(new State(state.values().without(value), state.takenUnseen()))
                : Step.illegal(() -> "dequeued " + value + " while the queue was " + state);
    }

    @Override
    public State stepUnknown(State state, Input input, Cancellation cancellation) {
        if (input instanceof Input.Enqueue enqueue) {
            return new State(state.values().with(enqueue.value()), state.takenUnseen());
        }
        return state.isEmpty() ? state : new State(state.values(), state.takenUnseen() + 1);
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
    public long stateBytes(State state) {
        return 32 + state.values().bytes();
    }
}
