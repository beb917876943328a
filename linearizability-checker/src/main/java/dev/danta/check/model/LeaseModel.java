package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;

/**
 * Leases with fencing tokens, and what they guard. Every key is a lease of its own and a partition.
 *
 * <p>Each lease that is granted has a token greater than all before it. What it guards accepts a use with a token that was
 * granted and is not smaller than one it has accepted before, and so refuses a holder whose lease has gone to somebody else
 * who was there already.
 *
 * @param expires whether a lease may end at any time by itself; if not, it is a lock with tokens
 */
public record LeaseModel(boolean expires) implements Model<LeaseModel.State, LeaseModel.Input, LeaseModel.Output> {
    private static final long NONE = -1;
    private static final long UNSEEN = -2;

    /** What is asked of a lease. */
    public sealed interface Input {
        /** The lease that is asked. */
        String key();

        /** Be mine. */
        record Acquire(String key) implements Input {
            @Override
            public String toString() {
                return "acquire" + (key.isEmpty() ? "" : " " + key);
            }
        }

        /** Be nobody's any more. */
        record Release(String key, long token) implements Input {
            @Override
            public String toString() {
                return "release" + (key.isEmpty() ? "" : " " + key) + " with token " + token;
            }
        }

        /** Change what the lease guards. */
        record Use(String key, long token) implements Input {
            @Override
            public String toString() {
                return "use" + (key.isEmpty() ? "" : " " + key) + " with token " + token;
            }
        }
    }

    /** What a lease answers. */
    public sealed interface Output {
        /** To an acquire: the lease, by its token, at least 0. */
        record Granted(long token) implements Output {
            public Granted {
                if (token < 0) {
                    throw new IllegalArgumentException("a token is at least 0: " + token);
                }
            }

            @Override
            public String toString() {
                return "token " + token;
            }
        }

        /** To an acquire, that somebody else has it; to the others, that the token does not count any more. */
        record Refused() implements Output {
            @Override
            public String toString() {
                return "refused";
            }
        }

        /** To a release or a use. */
        record Done() implements Output {
            @Override
            public String toString() {
                return "done";
            }
        }
    }

    /**
     * A lease and what it guards.
     *
     * @param granted the greatest token that was seen to be granted, or -1
     * @param unseen whether it may have been granted with greater tokens that nobody saw
     * @param holder the token of who has it; -1 for nobody, -2 for somebody whose token nobody saw
     * @param used the greatest token that was used, or -1
     */
    public record State(long granted, boolean unseen, long holder, long used) {
        private boolean isFree() {
            return holder == NONE;
        }

        /** Whether this may be the token of who has it. */
        private boolean mayHold(long token) {
            return holder == token || (holder == UNSEEN && token >= granted);
        }

        private boolean mayBeGranted(long token) {
            return token <= granted || unseen;
        }

        private State heldBy(long newHolder) {
            return new State(granted, unseen, newHolder, used);
        }

        private State usedWith(long token) {
            return new State(Math.max(granted, token), unseen, holder, token);
        }

        @Override
        public String toString() {
            String who = isFree() ? "free" : holder == UNSEEN ? "held by somebody" : "held with token " + holder;
            return who + (used == NONE ? "" : ", used with token " + used);
        }
    }

    @Override
    public String name() {
        return "lease";
    }

    @Override
    public String partitionOf(Input input) {
        return input.key();
    }

    @Override
    public State init(String partition) {
        return new State(NONE, false, NONE, NONE);
    }

    @Override
    public Step<State> step(State state, Input input, Output output, Cancellation cancellation) {
        if (input instanceof Input.Acquire) {
            return acquire(state, output);
        }
        if (output instanceof Output.Granted) {
            return Step.illegal(() -> output + " is no answer to " + input);
        }
        boolean done = output instanceof Output.Done;
        return input instanceof Input.Release release
                ? release(state, release.token(), done)
                : use(state, ((Input.Use) input).token(), done);
    }

    private Step<State> acquire(State state, Output output) {
        if (output instanceof Output.Refused) {
            return state.isFree() ? Step.illegal(() -> "was refused a lease that was free") : Step.legal(state);
        }
        if (!(output instanceof Output.Granted granted)) {
            return Step.illegal(() -> output + " is no answer to an acquire");
        }
        if (!expires && !state.isFree()) {
            return Step.illegal(() -> "was granted " + granted + " while it was " + state);
        }
        return granted.token() > state.granted()
                ? Step.legal(new State(granted.token(), state.unseen(), granted.token(), state.used()))
                : Step.illegal(() ->
                        "was granted " + granted + " although token " + state.granted() + " had been granted before");
    }

    private Step<State> release(State state, long token, boolean done) {
        if (!expires) {
            if (done) {
                return state.mayHold(token)
                        ? Step.legal(state.heldBy(NONE))
                        : Step.illegal(() -> "released token " + token + " while it was " + state);
            }
            return state.holder() == token
                    ? Step.illegal(() -> "was refused to release what it had")
                    : Step.legal(state);
        }
        return Step.legal(state.holder() == token ? state.heldBy(NONE) : state);
    }

    private static Step<State> use(State state, long token, boolean done) {
        boolean stale = token < state.used();
        if (done) {
            if (stale) {
                return Step.illegal(() -> "used token " + token + " after token " + state.used());
            }
            return state.mayBeGranted(token)
                    ? Step.legal(state.usedWith(token))
                    : Step.illegal(() -> "used token " + token + ", which had not been granted");
        }
        return stale || token > state.granted()
                ? Step.legal(state)
                : Step.illegal(() -> "was refused token " + token + " although no greater one had been used");
    }

    @Override
    public State stepUnknown(State state, Input input, Cancellation cancellation) {
        if (input instanceof Input.Acquire) {
            return expires || state.isFree() ? new State(state.granted(), true, UNSEEN, state.used()) : state;
        }
        if (input instanceof Input.Release release) {
            boolean ends = expires ? state.holder() == release.token() : state.mayHold(release.token());
            return ends ? state.heldBy(NONE) : state;
        }
        long token = ((Input.Use) input).token();
        return token >= state.used() && state.mayBeGranted(token) ? state.usedWith(token) : state;
    }

    @Override
    public boolean readOnly(Input input) {
        return false;
    }

    @Override
    public boolean readOnly(Input input, Output output) {
        return output instanceof Output.Refused && !(input instanceof Input.Release);
    }
}
