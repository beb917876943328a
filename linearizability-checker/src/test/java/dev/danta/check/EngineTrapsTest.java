package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.model.RegisterModel.Input;
import dev.danta.check.model.RegisterModel.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other checkers of histories have stumbled over, one test for each. */
class EngineTrapsTest {
    private static final CheckOptions OPTIONS = CheckOptions.defaults();
    /** What no check here comes near to, so that a test that waits for it is seen to hang. */
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private static Operation<Input, Output> write(long process, String value, long from, long to) {
        return Operation.known(process, new Input.Write(value), new Output.Written(), from, to);
    }

    private static Operation<Input, Output> read(long process, String value, long from, long to) {
        return Operation.known(process, new Input.Read(), new Output.Value(value), from, to);
    }

    private static Operation<Input, Output> cas(long process, String expected, String update, long from, long to) {
        return Operation.known(process, new Input.Cas(expected, update), new Output.Swapped(true), from, to);
    }

    /** Clients that take turns on one register whose values come again, so that nothing but a search can judge it. */
    private static List<Operation<Input, Output>> longHistory(int size, int clients) {
        Random random = new Random(7);
        List<Operation<Input, Output>> operations = new ArrayList<>();
        long[] free = new long[clients];
        String value = null;
        for (int i = 0; i < size; i++) {
            int client = i % clients;
            long effect = 10L * (i + 1);
            long from = Math.max(free[client], effect - random.nextInt(5 * clients));
            long to = effect + random.nextInt(5 * clients - 1);
            free[client] = to + 1;
            if (random.nextBoolean()) {
                value = "v" + random.nextInt(5);
                operations.add(write(client, value, from, to));
            } else {
                operations.add(read(client, value, from, to));
            }
        }
        return operations;
    }

    /** A set of all operations in every configuration makes memory quadratic, and a call per operation ends the stack. */
    @ParameterizedTest
    @EnumSource(
            value = EngineName.class,
            names = {"JIT", "WGL"})
    void aLongHistoryOfOneKeyTakesLinearMemoryAndNoDepth(EngineName engine) {
        Result<Input, Output> result = HistoryCheck.check(
                new RegisterModel(),
                History.of(longHistory(100_000, 10)),
                OPTIONS.withEngine(engine).withMaxMemoryBytes(64L << 20));

        assertThat(result).as(result.sentence()).isInstanceOf(Result.Valid.class);
    }

    /** Reads that stay open for as long as the register takes on value after value, more of them than a word has bits. */
    @Test
    void moreOperationsThanAWordHasBitsMayBeOpenAtOnce() {
        int invalid = 0;
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Operation<Input, Output>> operations = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                operations.add(write(i % 2, "v" + i, 100L * i, 100L * i + 50 + random.nextInt(100)));
            }
            for (int reader = 2; reader < 152; reader++) {
                int value = random.nextInt(30);
                long from = Math.max(0, 100L * value - random.nextInt(2_000));
                long to = 100L * value + 50 + random.nextInt(2_000);
                operations.add(read(reader, "v" + (random.nextInt(150) == 0 ? random.nextInt(30) : value), from, to));
            }
            History<Input, Output> history = History.of(operations);
            Result<Input, Output> expected =
                    HistoryCheck.checkHere(new RegisterModel(), history, OPTIONS.withEngine(EngineName.ZONES));
            Result<Input, Output> result =
                    HistoryCheck.checkHere(new RegisterModel(), history, OPTIONS.withEngine(EngineName.JIT));
            assertThat(result).as("seed %d", seed).hasSameClassAs(expected);
            if (result instanceof Result.Invalid<Input, Output> failed) {
                assertThat(failed.operation())
                        .as("seed %d", seed)
                        .isEqualTo(((Result.Invalid<Input, Output>) expected).operation());
            }
            invalid += expected instanceof Result.Invalid ? 1 : 0;
        }
        assertThat(invalid).isBetween(30, 270);
    }

    /** A client that only ever loses its answers leaves 64 writes open; each was seen, and none must be tried in vain. */
    @ParameterizedTest
    @ValueSource(ints = {64, 200})
    void manyLostWritesThatWereSeenCostLittle(int lost) {
        List<Operation<Input, Output>> operations = new ArrayList<>();
        for (int i = 0; i < lost; i++) {
            long now = 10L * i;
            operations.add(Operation.unknown(100 + i, new Input.Write("v" + i % 7), now));
            if (i % 3 == 0) {
                operations.add(read(1, "v" + i % 7, now + 2, now + 3));
            } else {
                operations.add(write(1, "w" + i % 2, now + 2, now + 3));
                operations.add(read(1, "w" + i % 2, now + 4, now + 5));
            }
        }
        Result<Input, Output> result =
                HistoryCheck.check(new RegisterModel(), History.of(operations), OPTIONS.withEngine(EngineName.JIT));

        assertThat(result).as(result.sentence()).isInstanceOf(Result.Valid.class);
        assertThat(result.progress().configurations()).isLessThan(20L * operations.size());
    }

    /** The values come again, so that zones decline; nobody ever reads what was lost, so nothing is to be tried. */
    @Test
    void lostWritesThatNobodySawAreNotTried() {
        List<Operation<Input, Output>> operations = new ArrayList<>(longHistory(2_000, 10));
        for (int i = 0; i < 500; i++) {
            operations.add(Operation.unknown(100 + i, new Input.Write("lost" + i), 40L * i));
        }
        String stale = "v9";
        operations.add(read(99, stale, 19_000, 19_001));

        Result<Input, Output> result =
                HistoryCheck.check(new RegisterModel(), History.of(operations), OPTIONS.withEngine(EngineName.JIT));

        assertThat(result).as(result.sentence()).isInstanceOf(Result.Invalid.class);
        assertThat(((Result.Invalid<Input, Output>) result).operation().process())
                .isEqualTo(99);
    }

    /**
     * The values come again, some writes are lost, and a late read is of what nobody wrote: each lost write might have come in
     * anywhere. Depth first alone would visit millions of configurations.
     */
    @Test
    void lostWritesOfValuesThatComeAgainAreUsedSparingly() {
        List<Operation<Input, Output>> operations = new ArrayList<>(longHistory(5_000, 10));
        for (int i = 0; i < 40; i++) {
            operations.add(Operation.unknown(100 + i, new Input.Write("v" + i % 5), 1_000L * i));
        }
        operations.add(read(99, "phantom", 49_000, 49_001));

        Result<Input, Output> result = HistoryCheck.check(new RegisterModel(), History.of(operations), OPTIONS);

        assertThat(result).as(result.sentence()).isInstanceOf(Result.Invalid.class);
        assertThat(((Result.Invalid<Input, Output>) result).operation().process())
                .isEqualTo(99);
        assertThat(result.progress().configurations()).isLessThan(1_000_000);
    }

    /** The crashed writes explain the reads, in an order that was not theirs: it looks wrong and is right. */
    @ParameterizedTest
    @EnumSource(
            value = EngineName.class,
            names = {"AUTO", "JIT", "ZONES", "WGL"})
    void readsThatCrashedWritesExplainAreValid(EngineName engine) {
        History<Input, Output> history = History.of(List.of(
                Operation.unknown(1, new Input.Write("a"), 0),
                Operation.unknown(2, new Input.Write("b"), 1),
                write(3, "c", 2, 3),
                read(4, "b", 4, 5),
                read(4, "a", 6, 7),
                read(4, "a", 8, 9)));

        assertThat(HistoryCheck.check(new RegisterModel(), history, OPTIONS.withEngine(engine)))
                .isInstanceOf(Result.Valid.class);
    }

    /** A value that only a compare-and-set of unknown outcome looks at is noticed by whoever reads what that wrote. */
    @ParameterizedTest
    @EnumSource(
            value = EngineName.class,
            names = {"JIT", "WGL"})
    void aChainOfLostOperationsIsNoticedAtItsEnd(EngineName engine) {
        History<Input, Output> history = History.of(List.of(
                Operation.unknown(1, new Input.Write("a"), 0),
                Operation.unknown(2, new Input.Cas("a", "b"), 1),
                Operation.unknown(3, new Input.Cas("b", "c"), 1),
                write(4, "z", 2, 3),
                read(4, "z", 4, 5),
                read(4, "c", 6, 7)));

        assertThat(HistoryCheck.check(new RegisterModel(), history, OPTIONS.withEngine(engine)))
                .isInstanceOf(Result.Valid.class);
    }

    /** A refused compare-and-set is an observation of every value but one: a write that nobody read may explain it. */
    @ParameterizedTest
    @EnumSource(
            value = EngineName.class,
            names = {"JIT", "WGL"})
    void aRefusalThatOnlyALostWriteExplainsIsValid(EngineName engine) {
        List<Operation<Input, Output>> operations = List.of(
                write(1, "a", 0, 1),
                Operation.unknown(2, new Input.Write("lost"), 2),
                Operation.known(3, new Input.Cas("a", "b"), new Output.Swapped(false), 4, 5),
                cas(1, "lost", "a", 6, 7));

        assertThat(HistoryCheck.check(new RegisterModel(), History.of(operations), OPTIONS.withEngine(engine)))
                .isInstanceOf(Result.Valid.class);
        assertThat(HistoryCheck.check(
                        new RegisterModel(), History.of(operations.subList(0, 3)), OPTIONS.withEngine(engine)))
                .isInstanceOf(Result.Valid.class);
    }

    /** A hash that mixes badly, or not at all, costs time and no verdict. */
    @ParameterizedTest
    @EnumSource(
            value = EngineName.class,
            names = {"JIT", "WGL"})
    void allStatesOfOneHashAreStillToldApart(EngineName engine) {
        Model<String, String, String> oneHash = new PlainModel() {
            @Override
            public String partitionOf(String input) {
                return WHOLE;
            }

            @Override
            public int stateHash(String state) {
                return 0;
            }

            @Override
            public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                return input.equals("read")
                        ? state.equals(output) ? Step.legal(state) : Step.illegal(() -> state)
                        : Step.legal(state + input);
            }
        };
        List<Operation<String, String>> operations = new ArrayList<>();
        for (String letter : List.of("a", "b", "c", "d", "e")) {
            operations.add(Operation.known(letter.charAt(0), letter, "", 0, 9));
        }
        for (String word : List.of("dbeca", "dbec")) {
            List<Operation<String, String>> all = new ArrayList<>(operations);
            all.add(Operation.known(1, "read", word, 10, 11));
            assertThat(HistoryCheck.check(oneHash, History.of(all), OPTIONS.withEngine(engine)))
                    .isInstanceOf(word.length() == 5 ? Result.Valid.class : Result.Invalid.class);
        }
    }

    /** Forty gains of different powers of two, each of which may have happened or not: 2^40 states. */
    private static History<BoundedCounterModel.Input, BoundedCounterModel.Output> hopeless() {
        List<Operation<BoundedCounterModel.Input, BoundedCounterModel.Output>> operations = new ArrayList<>();
        for (int bit = 0; bit < 40; bit++) {
            operations.add(Operation.unknown(bit, new BoundedCounterModel.Input.Gain("", 1L << bit), 0));
        }
        operations.add(Operation.known(
                50, new BoundedCounterModel.Input.Read(""), new BoundedCounterModel.Output.Value(-1), 1, 2));
        return History.of(operations);
    }

    @ParameterizedTest
    @EnumSource(
            value = EngineName.class,
            names = {"JIT", "WGL"})
    void moreStatesThanAnybodyCanVisitEndAsUnknownWithTheReason(EngineName engine) {
        BoundedCounterModel model = new BoundedCounterModel(0, 0, Long.MAX_VALUE);

        Result<?, ?> outOfMemory =
                HistoryCheck.check(model, hopeless(), OPTIONS.withEngine(engine).withMaxMemoryBytes(4 << 20));
        Result<?, ?> outOfTime = HistoryCheck.check(
                model,
                hopeless(),
                OPTIONS.withEngine(engine).withMaxMemoryBytes(1L << 40).withTimeout(Duration.ofMillis(30)));

        Result.Unknown<?, ?> memory = unknown(outOfMemory);
        assertThat(memory.reason()).isEqualTo(Result.Reason.MEMORY);
        assertThat(memory.progress().peakBytes()).isLessThanOrEqualTo(4 << 20);
        assertThat(memory.progress().configurations()).isGreaterThan(1_000);
        assertThat(memory.furthestOperation()).isPresent();
        assertThat(unknown(outOfTime).reason()).isEqualTo(Result.Reason.TIMEOUT);
    }

    private static Result.Unknown<?, ?> unknown(Result<?, ?> result) {
        assertThat(result).isInstanceOf(Result.Unknown.class);
        return (Result.Unknown<?, ?>) result;
    }

    /** A model that holds more than it says: the heap is exhausted before the count is, or while a class is linked. */
    @Test
    void anExhaustedHeapIsUnknownAndNoCrash() {
        anExhaustedHeapIsUnknown(new OutOfMemoryError("Java heap space"));
        anExhaustedHeapIsUnknown(new BootstrapMethodError(new OutOfMemoryError("Java heap space")));
    }

    private static void anExhaustedHeapIsUnknown(Error exhausted) {
        Model<String, String, String> greedy = new PlainModel() {
            @Override
            public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                throw exhausted;
            }
        };

        Result<String, String> result =
                HistoryCheck.check(greedy, History.of(List.of(Operation.known(1, "a", "", 0, 1))));

        assertThat(unknown(result).reason()).isEqualTo(Result.Reason.MEMORY);
        assertThat(unknown(result).detail()).isEqualTo("the heap is exhausted");
    }

    /** One partition has failed; the other one's step never ends and heeds nothing: the verdict does not wait for it. */
    @Test
    void aProvenViolationDoesNotWaitForAStepThatNeverEnds() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Model<String, String, String> model = new PlainModel() {
            @Override
            public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                if (input.equals("deaf")) {
                    begun.countDown();
                    awaitForEver(never);
                }
                awaitForEver(begun);
                return Step.illegal(() -> "never");
            }
        };
        History<String, String> history =
                History.of(List.of(Operation.known(1, "deaf", "", 0, 1), Operation.known(2, "wrong", "", 0, 1)));

        Result<String, String> result =
                HistoryCheck.check(model, history, OPTIONS.withThreads(2).withTimeout(FOR_EVER));
        never.countDown();

        assertThat(result)
                .isInstanceOfSatisfying(
                        Result.Invalid.class,
                        invalid -> assertThat(invalid.partition()).isEqualTo("wrong"));
        assertThat(result.progress().decided()).isEqualTo(1);
    }

    private static void awaitForEver(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException deaf) {
                Thread.onSpinWait();
            }
        }
    }

    /** Remembers in which order partitions were judged, and how many at the same time. */
    private static final class Witness implements Engine {
        private final List<String> judged = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger atOnce = new AtomicInteger();
        private final AtomicInteger atOnceMax = new AtomicInteger();

        @Override
        public <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch) {
            atOnceMax.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            judged.add(partition.name());
            Verdict<I, O> verdict = new JitEngine().search(model, partition, watch);
            atOnce.decrementAndGet();
            return verdict;
        }
    }

    /** Fifty partitions; the i-th has i operations, and number 40 is not linearizable. */
    private static History<String, String> fifty() {
        List<Operation<String, String>> operations = new ArrayList<>();
        for (int partition = 1; partition <= 50; partition++) {
            for (int i = 0; i < partition; i++) {
                operations.add(
                        Operation.known(partition, "p" + partition, partition == 40 ? "no" : "", 2L * i, 2L * i + 1));
            }
        }
        return History.of(operations);
    }

    private static final Model<String, String, String> NO_IS_WRONG = new PlainModel() {
        @Override
        public Step<String> step(String state, String input, String output, Cancellation cancellation) {
            return output.equals("no") ? Step.illegal(() -> "no") : Step.legal(state);
        }
    };

    @Test
    void theLargestPartitionIsFirstAndAfterAViolationNoneIsBegun() {
        Witness witness = new Witness();

        HistoryCheck.check(NO_IS_WRONG, fifty(), OPTIONS.withThreads(1), witness);

        assertThat(witness.judged)
                .containsExactly("p50", "p49", "p48", "p47", "p46", "p45", "p44", "p43", "p42", "p41", "p40");
    }

    @Test
    void withAllEveryPartitionIsJudgedAndNeverMoreAtOnceThanThreads() {
        Witness witness = new Witness();

        HistoryCheck.check(NO_IS_WRONG, fifty(), OPTIONS.withThreads(3).withAll(true), witness);

        assertThat(witness.judged).hasSize(50).doesNotHaveDuplicates();
        assertThat(witness.atOnceMax.get()).isBetween(1, 3);
    }
}
