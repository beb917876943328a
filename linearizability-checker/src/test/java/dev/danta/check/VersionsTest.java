package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Versions in the answers of a table, of which some are not recorded: against a table that has them all, and a try of every
 * one that it may have had. The model keeps what is known of a version; this one knows nothing of that.
 */
class VersionsTest {
    private static final int SEEDS = 20_000;
    private static final int OPERATIONS_MAX = 7;
    private static final CheckOptions OPTIONS =
            CheckOptions.defaults().withThreads(1).withAcceptVacuous(true);
    private static final String KEY = "a";

    private static Operation<Input, Output> at(long time, Input input, Output output) {
        return Operation.known(time, input, output, 10 * time, 10 * time + 5);
    }

    private static Output value(@Nullable String value, long version) {
        return new Output.Value(value, version);
    }

    private static final Input GET = new Input.Get(KEY);
    private static final Input PUT = new Input.Put(KEY, "1");

    private static void assertVerdict(boolean valid, EngineName engine, List<Operation<Input, Output>> operations) {
        History<Input, Output> history = History.of(operations);
        assertThat(new EveryVersion(history).isLinearizable()).isEqualTo(valid);
        assertThat(HistoryCheck.checkHere(new KeyValueModel(), history, OPTIONS.withEngine(engine)))
                .isInstanceOf(valid ? Result.Valid.class : Result.Invalid.class);
    }

    /** Nobody wrote in between, so it cannot have been version 5 and then version 7. */
    @ParameterizedTest
    @EnumSource(
            value = EngineName.class,
            names = {"AUTO", "JIT", "WGL"})
    void whatOneGetReportsTheNextOneMustToo(EngineName engine) {
        assertVerdict(
                false,
                engine,
                List.of(at(1, PUT, new Output.Done()), at(2, GET, value("1", 5)), at(3, GET, value("1", 7))));
        assertVerdict(
                true,
                engine,
                List.of(at(1, PUT, new Output.Done()), at(2, GET, value("1", 5)), at(3, GET, value("1", 5))));
        assertVerdict(
                true,
                engine,
                List.of(
                        at(1, PUT, new Output.Done()),
                        at(2, GET, value("1", 5)),
                        Operation.unknown(9, PUT, 3),
                        at(3, GET, value("1", 7))));
    }

    /** The get that reports 7 may not be taken as soon as it fits: it is that of the second put. */
    @ParameterizedTest
    @EnumSource(
            value = EngineName.class,
            names = {"AUTO", "JIT", "WGL"})
    void aGetThatFitsNowMayBelongLater(EngineName engine) {
        assertVerdict(
                true,
                engine,
                List.of(
                        at(1, PUT, new Output.Done()),
                        Operation.known(7, GET, value("1", 7), 11, 80),
                        at(2, GET, value("1", 5)),
                        at(3, PUT, new Output.Done())));
    }

    @ParameterizedTest
    @EnumSource(
            value = EngineName.class,
            names = {"AUTO", "JIT", "WGL"})
    void conditionsOnVersionsSayWhatTheVersionWas(EngineName engine) {
        Input cas = new Input.CasVersion(KEY, 7, "2");
        // Applied, it was version 7 and is a later one.
        assertVerdict(
                false,
                engine,
                List.of(
                        at(1, PUT, new Output.Done()),
                        at(2, cas, new Output.Swapped(true)),
                        at(3, GET, value("2", 6))));
        assertVerdict(false, engine, List.of(at(1, PUT, new Output.Done()), at(2, cas, new Output.Swapped(true, 5L))));
        // Refused, it was not.
        assertVerdict(
                false,
                engine,
                List.of(
                        at(1, PUT, new Output.Done()),
                        at(2, cas, new Output.Swapped(false)),
                        at(3, GET, value("1", 7))));
        assertVerdict(
                false,
                engine,
                List.of(
                        at(1, PUT, new Output.Done()),
                        at(2, cas, new Output.Swapped(false, 5L)),
                        at(3, GET, value("1", 6))));
    }

    @Test
    void everyEngineAgreesWithATableThatHasAllVersions() {
        Domain<?, Input, Output> domain = Domain.versions();
        int valid = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            History<Input, Output> history = new RandomHistories<>(domain, seed).next(OPERATIONS_MAX);
            boolean expected = new EveryVersion(history).isLinearizable();
            for (EngineName engine : EngineName.values()) {
                Result<Input, Output> result =
                        HistoryCheck.checkHere(domain.model(), history, OPTIONS.withEngine(engine));
                if (!(result instanceof Result.Unknown<Input, Output> unknown)
                        || unknown.reason() != Result.Reason.UNSUPPORTED) {
                    assertThat(result.isValid())
                            .as("seed %d, %s: %s", seed, engine, history.operations())
                            .isEqualTo(expected);
                }
            }
            valid += expected ? 1 : 0;
        }
        assertThat(valid).isBetween(SEEDS / 5, SEEDS * 19 / 20);
    }

    @Test
    void aGetWithoutAVersionSaysNothingOfIt() {
        assertVerdict(
                true,
                EngineName.JIT,
                List.of(at(1, PUT, new Output.Done(3L)), at(2, GET, new Output.Value("1")), at(3, GET, value("1", 3))));
    }

    /**
     * One key whose every version is tried. Versions are places between those that are named: 2i + 1 is the i-th named one, and
     * 2i all those before it and after the one before, among which there is always a greater one.
     */
    private static final class EveryVersion {
        private final List<Operation<Input, Output>> operations;
        private final List<Long> named;
        private final boolean[] done;

        EveryVersion(History<Input, Output> history) {
            this.operations = history.operations();
            this.done = new boolean[operations.size()];
            TreeSet<Long> all = new TreeSet<>();
            for (Operation<Input, Output> operation : operations) {
                Output output = operation.output();
                if (output != null && output.version() != null) {
                    all.add(output.version());
                }
                if (operation.input() instanceof Input.CasVersion cas) {
                    all.add(cas.expected());
                }
            }
            this.named = new ArrayList<>(all);
        }

        boolean isLinearizable() {
            for (int place = 0; place <= 2 * named.size(); place++) {
                if (from(null, place)) {
                    return true;
                }
            }
            return false;
        }

        private int placeOf(long version) {
            return 2 * named.indexOf(version) + 1;
        }

        private boolean from(@Nullable String value, int place) {
            boolean left = false;
            for (int i = 0; i < done.length; i++) {
                left |= !done[i] && !operations.get(i).isUnknown();
            }
            if (!left) {
                return true;
            }
            for (int i = 0; i < done.length; i++) {
                if (!done[i] && mayGoNext(i)) {
                    done[i] = true;
                    boolean found = goOn(operations.get(i), value, place);
                    done[i] = false;
                    if (found) {
                        return true;
                    }
                }
            }
            return false;
        }

        private boolean mayGoNext(int candidate) {
            for (int i = 0; i < done.length; i++) {
                if (!done[i]
                        && operations.get(i).completedAt()
                                < operations.get(candidate).invokedAt()) {
                    return false;
                }
            }
            return true;
        }

        private boolean goOn(Operation<Input, Output> operation, @Nullable String value, int place) {
            Input input = operation.input();
            Output output = operation.output();
            boolean applies = !(input instanceof Input.CasVersion cas) || place == placeOf(cas.expected());
            Long version = output == null ? null : output.version();
            boolean sameVersion = version == null || placeOf(version) == place;
            if (input instanceof Input.Get) {
                return output == null
                        ? from(value, place)
                        : output instanceof Output.Value got
                                && Objects.equals(got.value(), value)
                                && sameVersion
                                && from(value, place);
            }
            if (output instanceof Output.Swapped swapped && swapped.applied() != applies) {
                return false;
            }
            if (!applies) {
                return sameVersion && from(value, place);
            }
            String next = input instanceof Input.Put put
                    ? put.value()
                    : input instanceof Input.CasVersion cas ? cas.update() : null;
            // Within one gap there is always a greater version; a named one is followed by what is behind it.
            for (int to = place + place % 2; to <= 2 * named.size(); to++) {
                if ((version == null || to == placeOf(version)) && from(next, to)) {
                    return true;
                }
            }
            return false;
        }
    }
}
