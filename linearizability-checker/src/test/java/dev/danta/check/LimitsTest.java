package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.model.RegisterModel;
import dev.danta.check.model.RegisterModel.Input;
import dev.danta.check.model.RegisterModel.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A check that cannot finish says so, in time, and never passes. */
class LimitsTest {
    private static final CheckOptions OPTIONS = CheckOptions.defaults().withEngine(EngineName.JIT);

    /** So many writes at once and then a read of something else: every subset of them has to be tried. */
    private static History<Input, Output> hard(int writers) {
        List<Operation<Input, Output>> operations = new ArrayList<>();
        for (int process = 0; process < writers; process++) {
            operations.add(
                    Operation.known(process, new Input.Write("v" + process), new Output.Written(), 0, 1000 + process));
        }
        operations.add(Operation.known(writers, new Input.Read(), new Output.Value("never written"), 1, 2));
        return History.of(operations);
    }

    private static Result.Unknown<?, ?> unknown(Result<?, ?> result) {
        assertThat(result).isInstanceOf(Result.Unknown.class);
        return (Result.Unknown<?, ?>) result;
    }

    @Test
    void aSmallOneOfTheHardHistoriesIsInvalid() {
        assertThat(HistoryCheck.check(new RegisterModel(), hard(8))).isInstanceOf(Result.Invalid.class);
    }

    @Test
    void anOverlongSearchEndsAsTimeout() {
        Result.Unknown<?, ?> result = unknown(HistoryCheck.check(
                new RegisterModel(),
                hard(60),
                OPTIONS.withTimeout(Duration.ofMillis(50)).withMaxMemoryBytes(1L << 33)));

        assertThat(result.reason()).isEqualTo(Result.Reason.TIMEOUT);
        assertThat(result.undecided()).containsExactly(Model.WHOLE);
        assertThat(result.furthestOperation())
                .hasValueSatisfying(operation -> assertThat(operation.process()).isEqualTo(60));
        assertThat(result.progress().configurations()).isPositive();
        assertThat(result.sentence()).startsWith("UNKNOWN (out of time, furthest at process 60");
    }

    @ParameterizedTest
    @ValueSource(longs = {CheckOptions.MEMORY_MIN_BYTES, 1 << 20, 8 << 20})
    void aSearchThatWouldHoldTooMuchEndsAsMemoryAndStaysBelowTheBound(long bytes) {
        Result.Unknown<?, ?> result =
                unknown(HistoryCheck.check(new RegisterModel(), hard(60), OPTIONS.withMaxMemoryBytes(bytes)));

        assertThat(result.reason()).isEqualTo(Result.Reason.MEMORY);
        assertThat(result.progress().peakBytes()).isBetween(bytes / 8, bytes);
    }

    @Test
    void anInvalidPartitionOutweighsAnUndecidedOne() {
        Model<String, String, String> model = new PlainModel() {
            @Override
            public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                while (input.equals("endless") && !cancellation.requested()) {
                    Thread.onSpinWait();
                }
                return Step.illegal(() -> "never");
            }
        };
        History<String, String> history =
                History.of(List.of(Operation.known(1, "endless", "", 0, 1), Operation.known(2, "wrong", "", 0, 1)));

        Result<String, String> result = HistoryCheck.check(model, history, OPTIONS.withThreads(2));

        assertThat(result).isInstanceOf(Result.Invalid.class);
        assertThat(((Result.Invalid<String, String>) result).failures())
                .extracting(Result.Failure::partition)
                .containsExactly("wrong");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theAnswerOfACancelledStepIsNotUsed(int threads) {
        for (boolean legal : new boolean[] {true, false}) {
            Model<String, String, String> slow = new PlainModel() {
                @Override
                public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                    while (!cancellation.requested()) {
                        Thread.onSpinWait();
                    }
                    return legal ? Step.legal(state) : Step.illegal(() -> "made up");
                }
            };
            History<String, String> history =
                    History.of(List.of(Operation.known(1, "a", "", 0, 1), Operation.known(2, "b", "", 0, 1)));

            Result.Unknown<?, ?> result = unknown(HistoryCheck.check(
                    slow, history, OPTIONS.withThreads(threads).withTimeout(Duration.ofMillis(20))));

            assertThat(result.reason()).isEqualTo(Result.Reason.TIMEOUT);
        }
    }

    @Test
    void aStepThatDoesNotAskIsLeftBehind() {
        CountDownLatch never = new CountDownLatch(1);
        Model<String, String, String> deaf = new PlainModel() {
            @Override
            public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                try {
                    never.await();
                    return Step.legal(state);
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            }
        };
        History<String, String> history =
                History.of(List.of(Operation.known(1, "a", "", 0, 1), Operation.known(2, "b", "", 0, 1)));

        Result.Unknown<?, ?> result =
                unknown(HistoryCheck.check(deaf, history, OPTIONS.withThreads(2).withTimeout(Duration.ofMillis(1))));

        assertThat(result.reason()).isEqualTo(Result.Reason.TIMEOUT);
        assertThat(result.undecided()).containsExactly("a", "b");
    }

    /** The step is begun, wants nothing to do with interruptions, and never ends: its caller goes without it. */
    @ParameterizedTest
    @EnumSource(
            value = EngineName.class,
            names = {"JIT", "WGL"})
    void aSearchThatIsLeftBehindHasToldHowFarItGot(EngineName engine) {
        Thread caller = Thread.currentThread();
        CountDownLatch never = new CountDownLatch(1);
        Model<String, String, String> deaf = new PlainModel() {
            @Override
            public String partitionOf(String input) {
                return WHOLE;
            }

            @Override
            public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                if (input.equals("deaf")) {
                    caller.interrupt();
                    while (never.getCount() > 0) {
                        LockSupport.park(this);
                    }
                }
                return Step.legal(state);
            }
        };
        History<String, String> history =
                History.of(List.of(Operation.known(1, "a", "", 0, 1), Operation.known(1, "deaf", "", 2, 3)));

        Result.Unknown<?, ?> result = unknown(HistoryCheck.check(deaf, history, OPTIONS.withEngine(engine)));
        never.countDown();

        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        assertThat(result.reason()).isEqualTo(Result.Reason.CANCELLED);
        assertThat(result.furthestOperation())
                .hasValueSatisfying(operation -> assertThat(operation.input()).isEqualTo("deaf"));
        assertThat(result.progress().configurations()).isEqualTo(2);
        assertThat(result.progress().engines()).containsExactly(engine);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void interruptingTheCallerCancels(int threads) {
        History<String, String> history =
                History.of(List.of(Operation.known(1, "a", "", 0, 1), Operation.known(2, "b", "", 0, 1)));
        Thread.currentThread().interrupt();

        Result<String, String> result = HistoryCheck.check(
                new PlainModel() {
                    @Override
                    public Step<String> step(String state, String input, String output, Cancellation cancellation) {
                        while (!cancellation.requested()) {
                            Thread.onSpinWait();
                        }
                        return Step.legal(state);
                    }
                },
                history,
                OPTIONS.withThreads(threads));

        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        assertThat(unknown(result).reason()).isEqualTo(Result.Reason.CANCELLED);
    }

    @Test
    void aPartitionThatRanOutOfMemoryBesideOthersIsTriedAgainAlone() {
        CyclicBarrier together = new CyclicBarrier(2);
        AtomicInteger searches = new AtomicInteger();
        Engine greedy = new Engine() {
            @Override
            public <S, I, O> Verdict<I, O> search(Model<S, I, O> model, Partition<I, O> partition, Watch<I, O> watch) {
                boolean first = searches.incrementAndGet() <= 2;
                try (MemoryAccount memory = new MemoryAccount(watch.limits())) {
                    memory.reserve(700_000);
                    if (first) {
                        // The other one has asked for its share, and was refused, before this one gives back.
                        together.await();
                    }
                    return new Verdict.Linearizable<>(partition.known(), 1);
                } catch (SearchStopped stopped) {
                    awaited(together);
                    return watch.stopped(stopped.reason(), "");
                } catch (InterruptedException | BrokenBarrierException broken) {
                    throw new IllegalStateException(broken);
                }
            }
        };
        History<String, String> history =
                History.of(List.of(Operation.known(1, "a", "", 0, 1), Operation.known(2, "b", "", 0, 1)));

        Result<String, String> result = HistoryCheck.check(
                new PlainModel(), history, OPTIONS.withThreads(2).withMaxMemoryBytes(1_000_000), greedy);

        assertThat(result).isInstanceOf(Result.Valid.class);
        assertThat(searches).hasValue(3);
    }

    private static void awaited(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException broken) {
            throw new IllegalStateException(broken);
        }
    }

    @Test
    void optionsOutOfBoundsAreRefused() {
        assertThatThrownBy(() -> OPTIONS.withTimeout(Duration.ZERO)).hasMessageContaining("timeout");
        assertThatThrownBy(() -> OPTIONS.withTimeout(CheckOptions.TIMEOUT_MAX.plusNanos(1)))
                .hasMessageContaining("timeout");
        assertThatThrownBy(() -> OPTIONS.withMaxMemoryBytes(CheckOptions.MEMORY_MIN_BYTES - 1))
                .hasMessageContaining("maxMemoryBytes");
        assertThatThrownBy(() -> OPTIONS.withThreads(0)).hasMessageContaining("threads");
    }
}
