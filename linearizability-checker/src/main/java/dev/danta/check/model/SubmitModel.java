package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are done once however often they are submitted: whoever submits the same again is told what came of it the
 * first time. Every request is a partition.
 */
public record SubmitModel() implements Model<SubmitModel.State, SubmitModel.Input, SubmitModel.Output> {

    /** What is asked. */
    public sealed interface Input {
        /** The request, by the name that its client gave it. */
        String id();

        /** Do this, unless it was done. */
        record Submit(String id, String payload) implements Input {
            @Override
            public String toString() {
                return "submit " + id + (payload.isEmpty() ? "" : " (" + payload + ")");
            }
        }

        /** What came of it? */
        record Lookup(String id) implements Input {
            @Override
            public String toString() {
                return "look up " + id;
            }
        }
    }

    /** What is answered. */
    public sealed interface Output {
        /** It was done, now or before, with this result, or null where the result was not said. */
        record Receipt(@Nullable String result) implements Output {
            @Override
            public String toString() {
                return result == null ? "done" : result;
            }
        }

        /** To a submit: the name stands for a request of another payload. */
        record Mismatch() implements Output {
            @Override
            public String toString() {
                return "another request has this name";
            }
        }

        /** To a lookup: it was not done. */
        record NotFound() implements Output {
            @Override
            public String toString() {
                return "not found";
            }
        }
    }

    /**
     * What became of a request.
     *
     * @param payload what was asked for, or null if it was not done
     * @param result what came of it, or null while nobody has seen it
     */
    public record State(@Nullable String payload, @Nullable String result) {
        private boolean isDone() {
            return payload != null;
        }

        @Override
        public String toString() {
            return payload == null ? "not done" : "done with " + (result == null ? "a result nobody saw" : result);
        }
    }

    @Override
    public String name() {
        return "submit";
    }

    @Override
    public String partitionOf(Input input) {
        return input.id();
    }

    @Override
    public State init(String partition) {
        return new State(null, null);
    }

    @Override
    public Step<State> step(State state, Input input, Output output, Cancellation cancellation) {
        if (input instanceof Input.Lookup) {
            if (output instanceof Output.NotFound) {
                return state.isDone() ? Step.illegal(() -> "was not found, but was " + state) : Step.legal(state);
            }
            if (!(output instanceof Output.Receipt receipt)) {
                return Step.illegal(() -> output + " is no answer to " + input);
            }
            return state.isDone()
                    ? sameResult(state, receipt)
                    : Step.illegal(() -> "was found with " + receipt + " before it was submitted");
        }
        String payload = ((Input.Submit) input).payload();
        boolean another = state.isDone() && !payload.equals(state.payload());
        if (output instanceof Output.Mismatch) {
            return another
                    ? Step.legal(state)
                    : Step.illegal(() -> "was refused for another request that there was not");
        }
        if (!(output instanceof Output.Receipt receipt)) {
            return Step.illegal(() -> output + " is no answer to " + input);
        }
        if (another) {
            return Step.illegal(() -> input + " was accepted although the name stands for " + state.payload());
        }
        return state.isDone() ? sameResult(state, receipt) : Step.legal(new State(payload, receipt.result()));
    }

    private static Step<State> sameResult(State state, Output.Receipt receipt) {
        if (state.result() == null) {
            return Step.legal(receipt.result() == null ? state : new State(state.payload(), receipt.result()));
        }
        return receipt.result() == null || Objects.equals(state.result(), receipt.result())
                ? Step.legal(state)
                : Step.illegal(() -> "was answered " + receipt + ", but had been " + state + " before");
    }

    @Override
    public State stepUnknown(State state, Input input, Cancellation cancellation) {
        return input instanceof Input.Submit submit && !state.isDone() ? new State(submit.payload(), null) : state;
    }

    /** Not even a lookup: the first to show a result settles which one it is. */
    @Override
    public boolean readOnly(Input input) {
        return false;
    }

    @Override
    public boolean readOnly(Input input, Output output) {
        return output instanceof Output.Mismatch || output instanceof Output.NotFound;
    }
}
