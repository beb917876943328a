package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.MutexModel;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.model.RegisterModel.Input;
import dev.danta.check.model.RegisterModel.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Registers with unique writes, judged by intervals: the witness and the failing operation of the search. */
class ZonesTest {
    private static final int SEEDS = 3_000;
    private static final CheckOptions OPTIONS =
            CheckOptions.defaults().withAcceptVacuous(true).withEngine(EngineName.ZONES);

    /** Registers and keys of tables, asked only what zones judge; each value is written once. */
    static Stream<Domain<?, ?, ?>> domains() {
        return Stream.of(
                register("register", new RegisterModel()),
                register(
                        "register with wildcards",
                        new RegisterModel(null, RegisterModel.FailedCas.DROPPED, RegisterModel.NilRead.WILDCARD)),
                register(
                        "register with initial value",
                        new RegisterModel("0", RegisterModel.FailedCas.OBSERVED, RegisterModel.NilRead.ABSENT)),
                table());
    }

    private static Domain<?, ?, ?> register(String name, RegisterModel model) {
        List<Input> inputs = new ArrayList<>(List.of(new Input.Read(), new Input.Read(), new Input.Read()));
        List<Output> values = new ArrayList<>(List.of(new Output.Value(model.initial()), new Output.Value(null)));
        for (String value : List.of("1", "2", "3", "4")) {
            inputs.add(new Input.Write(value));
            values.add(new Output.Value(value));
        }
        return new Domain<>(
                name, model, inputs, input -> input instanceof Input.Read ? values : List.of(new Output.Written()));
    }

    private static Domain<?, ?, ?> table() {
        List<KeyValueModel.Input> inputs = new ArrayList<>();
        List<KeyValueModel.Output> values = new ArrayList<>(List.of(new KeyValueModel.Output.Value(null)));
        for (String value : List.of("1", "2", "3")) {
            inputs.add(new KeyValueModel.Input.Get("a"));
            inputs.add(new KeyValueModel.Input.Get("b"));
            inputs.add(new KeyValueModel.Input.Put("a", value));
            inputs.add(new KeyValueModel.Input.Put("b", value));
            values.add(new KeyValueModel.Output.Value(value));
        }
        inputs.add(new KeyValueModel.Input.Delete("a"));
        return new Domain<>(
                "table that begins with a value",
                new KeyValueModel("0"),
                inputs,
                input -> input instanceof KeyValueModel.Input.Get ? values : List.of(new KeyValueModel.Output.Done()));
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void witnessesExplainEveryAnswer(Domain<S, I, O> domain) {
        for (int seed = 0; seed < SEEDS; seed++) {
            History<I, O> history = new RandomHistories<>(domain, seed, true).next(11);
            if (!(HistoryCheck.checkHere(domain.model(), history, OPTIONS) instanceof Result.Valid<I, O> valid)) {
                continue;
            }
            for (Map.Entry<String, List<Operation<I, O>>> part : valid.witness().entrySet()) {
                assertThat(BruteForce.explains(
                                domain.model(), part.getKey(), of(domain, history, part.getKey()), part.getValue()))
                        .as("seed %d: %s as %s", seed, history.operations(), part.getValue())
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void theFailingOperationIsTheOneThatTheSearchFinds(Domain<S, I, O> domain) {
        int failed = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            History<I, O> history = new RandomHistories<>(domain, seed, true).next(14);
            Result<I, O> found = HistoryCheck.checkHere(domain.model(), history, OPTIONS.withAll(true));
            Result<I, O> searched = HistoryCheck.checkHere(
                    domain.model(), history, OPTIONS.withAll(true).withEngine(EngineName.JIT));
            assertThat(found).as("seed %d", seed).hasSameClassAs(searched);
            if (found instanceof Result.Invalid<I, O> one && searched instanceof Result.Invalid<I, O> other) {
                failed++;
                assertThat(one.failures().stream().map(Result.Failure::operation))
                        .as("seed %d: %s", seed, history.operations())
                        .containsExactlyElementsOf(other.failures().stream()
                                .map(Result.Failure::operation)
                                .toList());
                for (Result.Failure<I, O> failure : one.failures()) {
                    endsAreTrue(domain, history, failure, seed);
                }
            }
        }
        assertThat(failed).isGreaterThan(SEEDS / 20);
    }

    private static <S, I, O> void endsAreTrue(
            Domain<S, I, O> domain, History<I, O> history, Result.Failure<I, O> failure, int seed) {
        assertThat(failure.longest()).as("seed %d", seed).isNotEmpty();
        for (Result.PartialLinearization<I, O> longest : failure.longest()) {
            List<Operation<I, O>> explained = new ArrayList<>(of(domain, history, failure.partition()));
            explained.removeIf(op -> op.completedAt() >= failure.operation().completedAt());
            assertThat(longest.order())
                    .as("seed %d", seed)
                    .containsAll(explained)
                    .doesNotContain(failure.operation());
            assertThat(BruteForce.explains(domain.model(), failure.partition(), longest.order(), longest.order()))
                    .as("seed %d: %s", seed, longest)
                    .isTrue();
        }
    }

    private static <S, I, O> List<Operation<I, O>> of(Domain<S, I, O> domain, History<I, O> history, String partition) {
        return history.operations().stream()
                .filter(op -> domain.model().partitionOf(op.input()).equals(partition))
                .toList();
    }

    private static Operation<Input, Output> write(long process, String value, long from, long to) {
        return Operation.known(process, new Input.Write(value), new Output.Written(), from, to);
    }

    private static Operation<Input, Output> read(long process, String value, long from, long to) {
        return Operation.known(process, new Input.Read(), new Output.Value(value), from, to);
    }

    @SafeVarargs
    private static Result<Input, Output> check(Operation<Input, Output>... operations) {
        List<Operation<Input, Output>> all = new ArrayList<>();
        for (Operation<Input, Output> operation : operations) {
            all.add(operation);
        }
        return HistoryCheck.check(new RegisterModel(), History.of(all), OPTIONS);
    }

    @Test
    void zonesThatMeetInAStampDoNotOverlap() {
        assertThat(check(write(1, "a", 0, 1), read(2, "a", 5, 6), write(3, "b", 0, 5), read(4, "b", 8, 9)))
                .isInstanceOf(Result.Valid.class);
        assertThat(check(write(1, "a", 0, 1), read(2, "a", 5, 6), write(3, "b", 0, 4), read(4, "b", 8, 9)))
                .isInstanceOf(Result.Invalid.class);
    }

    @Test
    void aWriteInsideTheLifeOfAnotherValueIsInvalidAndAtItsEdgeIsNot() {
        assertThat(check(write(1, "a", 0, 1), write(2, "b", 2, 4), read(3, "a", 5, 6)))
                .isInstanceOf(Result.Invalid.class);
        assertThat(check(write(1, "a", 0, 1), write(2, "b", 1, 4), read(3, "a", 5, 6)))
                .isInstanceOf(Result.Valid.class);
        assertThat(check(write(1, "a", 0, 1), write(2, "b", 2, 5), read(3, "a", 5, 6)))
                .isInstanceOf(Result.Valid.class);
    }

    @Test
    void allValuesThatWereStillPossibleAreInTheSentence() {
        assertThat(check(write(1, "a", 0, 5), write(2, "b", 0, 5), write(3, "c", 6, 20), read(4, "x", 7, 8))
                        .sentence())
                .contains("read x while the value was a")
                .contains("read x while the value was b")
                .contains("read x while the value was c");
    }

    @Test
    void whatIsNoRegisterWithUniqueWritesIsDeclinedInWordsAndByDefaultSearched() {
        declined("writes what another operation writes", write(1, "a", 0, 1), write(2, "a", 2, 3));
        declined(
                "cas a to b -> applied is more than a read or a write",
                Operation.known(1, new Input.Cas("a", "b"), new Output.Swapped(true), 0, 1),
                read(2, "b", 2, 3));
        RegisterModel zero = new RegisterModel("0", RegisterModel.FailedCas.OBSERVED, RegisterModel.NilRead.ABSENT);
        Result<Input, Output> initial = HistoryCheck.check(zero, History.of(List.of(write(1, "0", 0, 1))), OPTIONS);
        assertThat(initial.sentence()).contains("writes the value that was there at first");
        Result<MutexModel.Input, MutexModel.Output> lock = HistoryCheck.check(
                new MutexModel(),
                History.of(List.of(Operation.known(1, MutexModel.Input.ACQUIRE, MutexModel.Output.DONE, 0, 1))),
                OPTIONS);
        assertThat(lock.sentence()).contains("zones judge registers, and mutex is none");
    }

    private static void declined(String why, Operation<Input, Output> one, Operation<Input, Output> other) {
        Result<Input, Output> result = check(one, other);
        assertThat(result).isInstanceOfSatisfying(Result.Unknown.class, unknown -> {
            assertThat(unknown.reason()).isEqualTo(Result.Reason.UNSUPPORTED);
            assertThat(unknown.detail()).contains(why);
        });
        Result<Input, Output> searched = HistoryCheck.check(
                new RegisterModel(), History.of(List.of(one, other)), OPTIONS.withEngine(EngineName.AUTO));
        assertThat(searched).isNotInstanceOf(Result.Unknown.class);
        assertThat(searched.progress().engineLabel()).isEqualTo("jit");
    }

    @Test
    void eachPartitionHasTheEngineThatCanJudgeIt() {
        Result<KeyValueModel.Input, KeyValueModel.Output> result = HistoryCheck.check(
                new KeyValueModel(),
                History.of(List.of(
                        Operation.known(
                                1, new KeyValueModel.Input.Put("a", "1"), new KeyValueModel.Output.Done(), 0, 1),
                        Operation.known(
                                2,
                                new KeyValueModel.Input.PutIfAbsent("b", "1"),
                                new KeyValueModel.Output.Swapped(true),
                                0,
                                1))),
                OPTIONS.withEngine(EngineName.AUTO));

        assertThat(result).isInstanceOf(Result.Valid.class);
        assertThat(result.progress().engineLabel()).isEqualTo("jit+zones");
    }
}
