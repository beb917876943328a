package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.model.RegisterModel.Input;
import dev.danta.check.model.RegisterModel.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistoryCheckTest {
    private static final RegisterModel REGISTER = new RegisterModel();

    private static Operation<Input, Output> write(long process, String value, long from, long to) {
        return Operation.known(process, new Input.Write(value), new Output.Written(), from, to);
    }

    private static Operation<Input, Output> read(long process, String value, long from, long to) {
        return Operation.known(process, new Input.Read(), new Output.Value(value), from, to);
    }

    private static Operation<Input, Output> lostWrite(long process, String value, long from) {
        return Operation.unknown(process, new Input.Write(value), from);
    }

    @SafeVarargs
    private static Result<Input, Output> check(Operation<Input, Output>... operations) {
        List<Operation<Input, Output>> all = new ArrayList<>();
        for (Operation<Input, Output> operation : operations) {
            all.add(operation);
        }
        return HistoryCheck.check(REGISTER, History.of(all));
    }

    @Test
    void aReadOfWhatWasWrittenBeforeIsValid() {
        assertThat(check(write(1, "a", 0, 1), read(2, "a", 2, 3))).isInstanceOf(Result.Valid.class);
    }

    @Test
    void aStaleReadIsInvalidAndIsNamed() {
        Operation<Input, Output> stale = read(3, "a", 4, 5);

        Result<Input, Output> result =
                check(write(1, "a", 0, 1), write(2, "b", 2, 3), stale, write(1, "c", 6, 7), read(2, "c", 8, 9));

        assertThat(result).isInstanceOfSatisfying(Result.Invalid.class, invalid -> {
            assertThat(invalid.operation()).isEqualTo(stale);
            assertThat(invalid.sentence())
                    .isEqualTo("INVALID process 3 read -> a cannot be linearized: read a while the value was b");
        });
        Result.Failure<Input, Output> failure =
                ((Result.Invalid<Input, Output>) result).failures().get(0);
        assertThat(failure.longest())
                .containsExactly(new Result.PartialLinearization<>(
                        List.of(write(1, "a", 0, 1), write(2, "b", 2, 3)), "b", "read a while the value was b"));
    }

    @Test
    void everyStateInWhichTheFailingOperationWasTriedIsExplained() {
        Result<Input, Output> result = check(write(1, "a", 0, 5), write(2, "b", 0, 5), read(3, "c", 6, 7));

        assertThat(((Result.Invalid<Input, Output>) result).failures().get(0).longest())
                .extracting(Result.PartialLinearization::state)
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void theLineOfTheFailingOperationIsInTheSentence() {
        Operation<Input, Output> fromFile = new Operation<>(7, new Input.Read(), new Output.Value("x"), 0, 1, 11, 12);

        assertThat(HistoryCheck.check(REGISTER, History.of(List.of(fromFile))).sentence())
                .startsWith("INVALID at line 12: process 7 read -> x cannot be linearized");
    }

    @Test
    void operationsThatMeetInOneStampAreConcurrent() {
        assertThat(check(write(1, "a", 0, 1), write(2, "b", 2, 3), read(3, "a", 4, 5)))
                .isInstanceOf(Result.Invalid.class);
        assertThat(check(write(1, "a", 0, 2), write(2, "b", 2, 3), read(3, "a", 4, 5)))
                .isInstanceOf(Result.Valid.class);
        assertThat(check(write(1, "a", 0, 1), write(2, "b", 2, 3), read(3, "a", 3, 4)))
                .isInstanceOf(Result.Valid.class);
        assertThat(check(write(1, "a", 0, 1), read(2, null, 1, 2))).isInstanceOf(Result.Valid.class);
    }

    @Test
    void anUnknownOutcomeMayTakeEffectLateOrNever() {
        assertThat(check(lostWrite(1, "a", 0), read(2, null, 1, 2), read(2, "a", 3, 4)))
                .isInstanceOf(Result.Valid.class);
        assertThat(check(lostWrite(1, "a", 0), read(2, null, 1, 2), read(2, null, 3, 4)))
                .isInstanceOf(Result.Valid.class);
        assertThat(check(lostWrite(1, "a", 0), read(2, "a", 1, 2), read(2, null, 3, 4)))
                .isInstanceOf(Result.Invalid.class);
        assertThat(check(read(2, "a", 1, 2), lostWrite(1, "a", 3))).isInstanceOf(Result.Invalid.class);
    }

    @Test
    void oneUnknownOutcomeTakesEffectAtMostOnce() {
        assertThat(check(lostWrite(1, "a", 0), read(2, "a", 1, 2), write(2, "b", 3, 4), read(2, "a", 5, 6)))
                .isInstanceOf(Result.Invalid.class);
        assertThat(check(
                        lostWrite(1, "a", 0),
                        lostWrite(3, "a", 0),
                        read(2, "a", 1, 2),
                        write(2, "b", 3, 4),
                        read(2, "a", 5, 6)))
                .isInstanceOf(Result.Valid.class);
    }

    @Test
    void theWitnessLeavesOutWhatWasNotNeeded() {
        Result<Input, Output> result = check(lostWrite(1, "a", 0), write(2, "b", 1, 2), read(2, "b", 3, 4));

        assertThat(((Result.Valid<Input, Output>) result).witness().get(Model.WHOLE))
                .containsExactly(write(2, "b", 1, 2), read(2, "b", 3, 4));
    }

    @Test
    void aHistoryWithoutAnyAnswerIsVacuousAndNotValid() {
        for (History<Input, Output> nothing : List.of(
                History.<Input, Output>of(List.of()),
                History.of(List.of(lostWrite(1, "a", 0), Operation.<Input, Output>unknown(2, new Input.Read(), 0))))) {
            assertThat(HistoryCheck.check(REGISTER, nothing))
                    .isInstanceOfSatisfying(
                            Result.Unknown.class,
                            unknown -> assertThat(unknown.reason()).isEqualTo(Result.Reason.VACUOUS));
            assertThat(HistoryCheck.check(
                            REGISTER, nothing, CheckOptions.defaults().withAcceptVacuous(true)))
                    .isInstanceOfSatisfying(
                            Result.Valid.class,
                            valid -> assertThat(valid.vacuous()).isTrue());
        }
    }

    @Test
    void withAllEveryInvalidPartitionIsReported() {
        KeyValueModel table = new KeyValueModel();
        List<Operation<KeyValueModel.Input, KeyValueModel.Output>> operations = new ArrayList<>();
        for (int key = 0; key < 20; key++) {
            String value = key % 5 == 3 ? "never written" : null;
            operations.add(Operation.known(
                    key,
                    new KeyValueModel.Input.Get("k" + key),
                    new KeyValueModel.Output.Value(value),
                    100 - key,
                    200 - key));
        }
        History<KeyValueModel.Input, KeyValueModel.Output> history = History.of(operations);

        for (int threads : new int[] {1, 4}) {
            CheckOptions options = CheckOptions.defaults().withThreads(threads);
            Result<KeyValueModel.Input, KeyValueModel.Output> everything =
                    HistoryCheck.check(table, history, options.withAll(true));
            assertThat(((Result.Invalid<KeyValueModel.Input, KeyValueModel.Output>) everything).failures())
                    .extracting(Result.Failure::partition)
                    .containsExactly("k18", "k13", "k8", "k3");
            assertThat(everything.progress().decided()).isEqualTo(20);
            assertThat(HistoryCheck.check(table, history, options)).isInstanceOf(Result.Invalid.class);
        }
    }

    @Test
    void aLongHistoryOfOneKeyTakesLittleMemory() {
        History<Input, Output> history = longHistory(10_000, 10, new Random(1));

        Result<Input, Output> result = HistoryCheck.check(REGISTER, history);

        assertThat(result).isInstanceOf(Result.Valid.class);
        assertThat(result.progress().peakBytes()).isLessThan(16L << 20);
    }

    @Test
    void manyKeysAreJudgedApart() {
        KeyValueModel table = new KeyValueModel();
        List<Operation<KeyValueModel.Input, KeyValueModel.Output>> operations = new ArrayList<>();
        for (int key = 0; key < 100; key++) {
            String name = "k" + key;
            for (Operation<Input, Output> op :
                    longHistory(1_000, 10, new Random(key)).operations()) {
                boolean isWrite = op.input() instanceof Input.Write;
                KeyValueModel.Input input = isWrite
                        ? new KeyValueModel.Input.Put(name, ((Input.Write) op.input()).value())
                        : new KeyValueModel.Input.Get(name);
                KeyValueModel.Output output = isWrite
                        ? new KeyValueModel.Output.Done()
                        : new KeyValueModel.Output.Value(((Output.Value) op.answer()).value());
                operations.add(
                        Operation.known(100L * key + op.process(), input, output, op.invokedAt(), op.completedAt()));
            }
        }

        Result<KeyValueModel.Input, KeyValueModel.Output> result = HistoryCheck.check(table, History.of(operations));

        assertThat(result).isInstanceOf(Result.Valid.class);
        assertThat(result.progress().operations()).isEqualTo(100_000);
        assertThat(result.progress().partitions()).isEqualTo(100);
    }

    @Test
    void oneUnitOversoldAmongManyBuyersAtOnceIsFound() {
        List<Operation<BoundedCounterModel.Input, BoundedCounterModel.Output>> operations = new ArrayList<>();
        for (int buyer = 0; buyer < 64; buyer++) {
            operations.add(Operation.known(
                    buyer,
                    new BoundedCounterModel.Input.Spend("sale", 1),
                    new BoundedCounterModel.Output.Accepted(),
                    0,
                    10 + buyer));
        }
        assertThat(HistoryCheck.check(BoundedCounterModel.stock(64), History.of(operations)))
                .isInstanceOf(Result.Valid.class);

        Result<BoundedCounterModel.Input, BoundedCounterModel.Output> result =
                HistoryCheck.check(BoundedCounterModel.stock(63), History.of(operations));

        assertThat(result.sentence())
                .isEqualTo("INVALID process 63 spend 1 of sale -> accepted (partition sale) cannot be linearized:"
                        + " spend 1 of sale was accepted although the value was 0 (bounds 0 to any)");
    }

    @Test
    void aModelThatCallsAWriteReadOnlyIsFoundOut() {
        Model<String, String, String> liar = new PlainModel() {
            @Override
            public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                return Step.legal(state + input);
            }

            @Override
            public boolean readOnly(String input) {
                return true;
            }
        };

        assertThatThrownBy(() -> HistoryCheck.check(liar, History.of(List.of(Operation.known(1, "x", "", 0, 1)))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("read-only");
    }

    @Test
    void whatAModelThrowsReachesTheCallerFromAnyThread() {
        Model<String, String, String> broken = new PlainModel() {
            @Override
            public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                throw new ArithmeticException("broken model");
            }
        };
        History<String, String> history =
                History.of(List.of(Operation.known(1, "a", "", 0, 1), Operation.known(2, "b", "", 0, 1)));

        for (int threads : new int[] {1, 2}) {
            assertThatThrownBy(() -> HistoryCheck.check(
                            broken, history, CheckOptions.defaults().withThreads(threads)))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage("broken model");
        }
    }

    /** Reads and writes of clients that really take turns: every answer is right. */
    private static History<Input, Output> longHistory(int size, int clients, Random random) {
        List<Operation<Input, Output>> operations = new ArrayList<>();
        long[] free = new long[clients];
        String value = null;
        long now = 0;
        for (int i = 0; i < size; i++) {
            now += 10;
            int client = i % clients;
            // Effects happen at now, in this order; each interval spans it by up to most of a round either way.
            long from = Math.max(free[client], now - random.nextInt(5 * clients));
            long to = now + random.nextInt(5 * clients - 1);
            free[client] = to + 1;
            if (random.nextBoolean()) {
                value = "v" + i;
                operations.add(write(client, value, from, to));
            } else {
                operations.add(read(client, value, from, to));
            }
        }
        return History.of(operations);
    }
}
