package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.RegisterView;
import dev.danta.check.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of keys and values. Keys are independent of one another, so every key is a partition; operations over several
 * keys at once need another model.
 *
 * <p>As a rule every answer is an observation: a refused compare-and-set proves that the value differed, a refused
 * put-if-absent that there was one. A client that cannot tell a refusal from a failure records an unknown outcome.
 *
 * <p>Answers may carry the version of the value, a number that grows with every change of a key: to a change the version that
 * it led to, to a get or a refusal that of what was there. What is read must have the version that the change had; where
 * nobody recorded that, a greater one than the change before, and the same for whoever reads it before the next change.
 * Versions are compared and not counted: between any two there may have been others.
 *
 * @param initial the value of every key before the first operation, or null for none
 * @param failedCas what a conditional change that answered "not applied" says about the value
 * @param nilRead what a get that answered "no value" says
 */
public record KeyValueModel(@Nullable String initial, RegisterModel.FailedCas failedCas, RegisterModel.NilRead nilRead)
        implements Model<KeyValueModel.Entry, KeyValueModel.Input, KeyValueModel.Output> {
    private static final long NO_VERSION = -1;

    /**
     * What a key holds, and what is known of its version. Known is what answers have reported: a version that nobody reported
     * is open, and settled by the first answer that has it.
     *
     * @param value the value, or null for none
     * @param version its version if {@code exact}, else the newest version that is known to be older; -1 for none
     * @param exact whether the version is known
     * @param not versions that would be possible and are known not to be it, the oldest first; none if {@code exact}
     */
    public record Entry(@Nullable String value, long version, boolean exact, List<Long> not) {
        public Entry {
            not = List.copyOf(not);
            if (exact && !not.isEmpty()) {
                throw new IllegalArgumentException("the version is " + version + ", so of course not " + not);
            }
        }

        /** One that may have any version that is greater, or if {@code exact} this one. */
        public Entry(@Nullable String value, long version, boolean exact) {
            this(value, version, exact, List.of());
        }

        private boolean holds(String expected) {
            return expected.equals(value);
        }

        /** Whether this may be the version of what is there. */
        private boolean fits(@Nullable Long seen) {
            return seen == null || (exact ? seen == version : seen > version && !not.contains(seen));
        }

        /** The same in the version that was seen, which fits. */
        private Entry in(@Nullable Long seen) {
            return seen == null || exact ? this : new Entry(value, seen, true);
        }

        /** The same, which is not in this version. */
        private Entry notIn(long other) {
            if (exact || !fits(other)) {
                return this;
            }
            List<Long> others = new ArrayList<>(not);
            others.add(other);
            Collections.sort(others);
            return new Entry(value, version, false, others);
        }

        private Entry changed(@Nullable String to, @Nullable Long newVersion) {
            return newVersion == null ? new Entry(to, version, false) : new Entry(to, newVersion, true);
        }

        @Override
        public String toString() {
            return (value == null ? "absent" : value.isEmpty() ? "\"\"" : value)
                    + (exact ? " in version " + version : "");
        }
    }

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

        /** If the version is {@code expected}, be {@code update}. */
        record CasVersion(String key, long expected, String update) implements Input {
            @Override
            public String toString() {
                return "cas " + key + " version " + expected + " to " + update;
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
        /** The version of what was read or led to, or null where that was not recorded. */
        @Nullable
        Long version();

        /** To a get: the value, or null for none. */
        record Value(@Nullable String value, @Nullable Long version) implements Output {
            /** A value of unrecorded version. */
            public Value(@Nullable String value) {
                this(value, null);
            }

            @Override
            public String toString() {
                return (value == null ? "nothing" : value.isEmpty() ? "\"\"" : value) + inVersion(version);
            }
        }

        /** To a put, a delete or an append. */
        record Done(@Nullable Long version) implements Output {
            /** A change to an unrecorded version. */
            public Done() {
                this(null);
            }

            @Override
            public String toString() {
                return "done" + inVersion(version);
            }
        }

        /** To a conditional change: whether it was applied. */
        record Swapped(boolean applied, @Nullable Long version) implements Output {
            /** An answer of unrecorded version. */
            public Swapped(boolean applied) {
                this(applied, null);
            }

            @Override
            public String toString() {
                return (applied ? "applied" : "not applied") + inVersion(version);
            }
        }

        private static String inVersion(@Nullable Long version) {
            return version == null ? "" : " in version " + version;
        }
    }

    /** A table that begins empty. */
    public KeyValueModel() {
        this(null);
    }

    /** A table in which every answer is an observation. */
    public KeyValueModel(@Nullable String initial) {
        this(initial, RegisterModel.FailedCas.OBSERVED, RegisterModel.NilRead.ABSENT);
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
    public Entry init(String partition) {
        return new Entry(initial, NO_VERSION, false);
    }

    @Override
    public Step<Entry> step(Entry state, Input input, Output output, Cancellation cancellation) {
        if (input instanceof Input.Get && output instanceof Output.Value got) {
            if (saysNothing(got)) {
                return Step.legal(state);
            }
            return Objects.equals(got.value(), state.value()) && state.fits(got.version())
                    ? Step.legal(state.in(got.version()))
                    : Step.illegal(() -> "got " + got + " while the value was " + state);
        }
        if (output instanceof Output.Done done
                && (input instanceof Input.Put || input instanceof Input.Delete || input instanceof Input.Append)) {
            return changed(state, input, done);
        }
        if (output instanceof Output.Swapped swapped && isConditional(input)) {
            return conditional(state, input, swapped);
        }
        return Step.illegal(() -> output + " is no answer to " + input);
    }

    private Step<Entry> conditional(Entry state, Input input, Output.Swapped swapped) {
        if (swapped.applied()) {
            return applies(state, input)
                    ? changed(inVersionOf(input, state), input, swapped)
                    : Step.illegal(() -> input + " was " + swapped + " while the value was " + state);
        }
        if (failedCas == RegisterModel.FailedCas.DROPPED) {
            return Step.legal(state);
        }
        Entry there = state.in(swapped.version());
        boolean fits = state.fits(swapped.version())
                && (input instanceof Input.CasVersion cas
                        ? !there.exact() || there.version() != cas.expected()
                        : !applies(there, input));
        return fits
                ? Step.legal(input instanceof Input.CasVersion cas ? there.notIn(cas.expected()) : there)
                : Step.illegal(() -> input + " was " + swapped + " while the value was " + state);
    }

    private static Step<Entry> changed(Entry state, Input input, Output output) {
        Long version = output.version();
        return version == null || version > state.version()
                ? Step.legal(effect(state, input, version))
                : Step.illegal(() -> input + " led to version " + version + " from version " + state.version());
    }

    @Override
    public Entry stepUnknown(Entry state, Input input, Cancellation cancellation) {
        return applies(state, input) ? effect(inVersionOf(input, state), input, null) : state;
    }

    private static boolean isConditional(Input input) {
        return input instanceof Input.Cas || input instanceof Input.CasVersion || input instanceof Input.PutIfAbsent;
    }

    private boolean saysNothing(Output.Value got) {
        return got.value() == null && nilRead == RegisterModel.NilRead.WILDCARD;
    }

    /** The state in which a change was applied that may be: one that depends on a version says which that was. */
    private static Entry inVersionOf(Input input, Entry state) {
        return input instanceof Input.CasVersion cas ? state.in(cas.expected()) : state;
    }

    /** Whether a change may take place in this state, in which more than one version may be possible. */
    private static boolean applies(Entry state, Input input) {
        if (input instanceof Input.Cas cas) {
            return state.holds(cas.expected());
        }
        if (input instanceof Input.CasVersion cas) {
            return state.fits(cas.expected());
        }
        return !(input instanceof Input.PutIfAbsent) || state.value() == null;
    }

    private static Entry effect(Entry state, Input input, @Nullable Long version) {
        if (input instanceof Input.Put put) {
            return state.changed(put.value(), version);
        }
        if (input instanceof Input.Cas cas) {
            return state.changed(cas.update(), version);
        }
        if (input instanceof Input.CasVersion cas) {
            return state.changed(cas.update(), version);
        }
        if (input instanceof Input.PutIfAbsent put) {
            return state.changed(put.value(), version);
        }
        if (input instanceof Input.Append append) {
            return state.changed(state.value() == null ? append.value() : state.value() + append.value(), version);
        }
        return input instanceof Input.Delete ? state.changed(null, version) : state;
    }

    @Override
    public boolean readOnly(Input input) {
        return input instanceof Input.Get;
    }

    @Override
    public boolean readOnly(Input input, Output output) {
        boolean observes = observes(input, output);
        boolean says = output.version() != null || input instanceof Input.CasVersion;
        return observes && (!says || saysNothing(output));
    }

    /** What reports a version may settle it, which changes what is known and not what is there. */
    @Override
    public boolean observes(Input input, Output output) {
        return input instanceof Input.Get || (output instanceof Output.Swapped swapped && !swapped.applied());
    }

    private boolean saysNothing(Output output) {
        return output instanceof Output.Value got
                ? saysNothing(got)
                : failedCas == RegisterModel.FailedCas.DROPPED && output instanceof Output.Swapped;
    }

    @Override
    public String phrase(Input input, @Nullable Output output) {
        return output instanceof Output.Done done && done.version() == null
                ? input.toString()
                : Model.super.phrase(input, output);
    }

    @Override
    public long stateBytes(Entry state) {
        return 72 + (state.value() == null ? 0 : 2L * state.value().length());
    }

    /**
     * Of what was appended to, every value says something of all that was put before, and versions of all that was changed:
     * so with either, no hint.
     */
    @Override
    public long[] matterUntil(List<Operation<Input, Output>> known, List<Operation<Input, Output>> unknown) {
        if (Stream.concat(known.stream(), unknown.stream()).anyMatch(KeyValueModel::saysMoreThanItsValue)) {
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
                noticed.makes(expected(input), written(input));
            }
        }
        noticed.settle();
        return unknown.stream()
                .mapToLong(op -> noticed.until(written(op.input())))
                .toArray();
    }

    private static boolean saysMoreThanItsValue(Operation<Input, Output> operation) {
        Output output = operation.output();
        return operation.input() instanceof Input.Append
                || operation.input() instanceof Input.CasVersion
                || (output != null && output.version() != null);
    }

    /** What a change that depends on no state writes, and a conditional one if it is applied. */
    private static Cell written(Input input) {
        return new Cell(effect(new Entry(null, NO_VERSION, false), input, null).value());
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
                if (output != null && output.version() != null) {
                    return new Access.Other();
                }
                if (done && (input instanceof Input.Put || input instanceof Input.Delete)) {
                    return new Access.Write(written(input));
                }
                if (input instanceof Input.Get && output instanceof Output.Value got) {
                    return got.value() == null && nilRead == RegisterModel.NilRead.WILDCARD
                            ? new Access.Nothing()
                            : new Access.Read(new Cell(got.value()));
                }
                return new Access.Other();
            }
        });
    }
}
