package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.model.KeyedModel;
import dev.danta.check.model.QueueModel;
import dev.danta.check.model.QueueModel.Input;
import dev.danta.check.model.QueueModel.Output;
import dev.danta.check.model.RegisterModel.NilRead;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues whose values differ, judged by intervals: the witness and the failing operation of the search, and deep backlogs. */
class QueuesTest {
    private static final int SEEDS = 10_000;
    private static final CheckOptions OPTIONS =
            CheckOptions.defaults().withAcceptVacuous(true).withEngine(EngineName.QUEUES);

    /** Every value is put in once, and with few values or many. */
    static Stream<Domain<?, ?, ?>> domains() {
        return Stream.of(
                queue("queue of different values", new QueueModel(), List.of("a", "b", "c", "d"), 4, true),
                queue("queue that is never seen empty", new QueueModel(), List.of("a", "b", "c"), 5, false),
                queue(
                        "queue that begins with values",
                        QueueModel.of(List.of("x", "y"), NilRead.ABSENT),
                        List.of("a", "b", "c"),
                        4,
                        true),
                queue(
                        "queue with wildcards",
                        QueueModel.of(List.of("x"), NilRead.WILDCARD),
                        List.of("a", "b", "c"),
                        4,
                        true));
    }

    private static Domain<?, ?, ?> queue(
            String name, QueueModel model, List<String> values, int takers, boolean seesEmpty) {
        List<Input> inputs = new ArrayList<>();
        List<Output> taken = new ArrayList<>();
        for (String value : values) {
            inputs.add(new Input.Enqueue(value));
            taken.add(new Output.Taken(value));
        }
        for (String value : List.of("x", "y")) {
            taken.add(new Output.Taken(value));
        }
        if (seesEmpty) {
            taken.add(new Output.Taken(null));
        }
        for (int i = 0; i < takers; i++) {
            inputs.add(new Input.Dequeue());
        }
        return new Domain<>(
                name, model, inputs, input -> input instanceof Input.Enqueue ? List.of(new Output.Enqueued()) : taken);
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void verdictWitnessAndFailingOperationAreThoseOfTheSearch(Domain<S, I, O> domain) {
        int failed = 0;
        int judged = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            History<I, O> history = new RandomHistories<>(domain, seed, true)
                    .next(domain.inputs().size());
            Result<I, O> found = HistoryCheck.checkHere(domain.model(), history, OPTIONS);
            if (found instanceof Result.Unknown) {
                continue;
            }
            judged++;
            Result<I, O> searched = HistoryCheck.checkHere(domain.model(), history, OPTIONS.withEngine(EngineName.JIT));
            String about = "seed " + seed + ": " + history.operations();
            assertThat(found).as(about).hasSameClassAs(searched);
            if (found instanceof Result.Valid<I, O> valid) {
                assertThat(BruteForce.explains(
                                domain.model(),
                                Model.WHOLE,
                                history.operations(),
                                valid.witness().getOrDefault(Model.WHOLE, List.of())))
                        .as("%s as %s", about, valid.witness())
                        .isTrue();
            }
            if (found instanceof Result.Invalid<I, O> one && searched instanceof Result.Invalid<I, O> other) {
                failed++;
                assertThat(one.operation()).as(about).isEqualTo(other.operation());
                for (Result.PartialLinearization<I, O> longest :
                        one.failures().get(0).longest()) {
                    List<Operation<I, O>> explained = new ArrayList<>(history.operations());
                    explained.removeIf(op -> op.completedAt() >= one.operation().completedAt());
                    assertThat(longest.order()).as(about).containsAll(explained).doesNotContain(one.operation());
                    assertThat(BruteForce.explains(domain.model(), Model.WHOLE, longest.order(), longest.order()))
                            .as(about)
                            .isTrue();
                }
            }
        }
        assertThat(failed).isGreaterThan(SEEDS / 20);
        assertThat(judged).isGreaterThan(SEEDS / 2);
    }

    /** Clients that put in and take out at once, {@code depth} values behind each other; -1 breaks nothing. */
    private static List<Operation<Input, Output>> deep(int operations, int clients, int depth, int breakAt) {
        Random random = new Random(depth);
        List<Operation<Input, Output>> done = new ArrayList<>();
        Deque<String> queue = new ArrayDeque<>();
        long[] freeAt = new long[clients];
        List<long[]> moments = new ArrayList<>();
        for (int i = 0; i < operations; i++) {
            int client = i % clients;
            long from = freeAt[client] + 1 + random.nextInt(3);
            long at = from + random.nextInt(20);
            freeAt[client] = at + random.nextInt(20);
            moments.add(new long[] {at, from, freeAt[client], client});
        }
        moments.sort((a, b) -> Long.compare(a[0], b[0]));
        int next = 0;
        for (long[] moment : moments) {
            boolean in = queue.isEmpty() || (queue.size() < depth && (next < depth || random.nextInt(10) < 5));
            if (in) {
                String value = "v" + next++;
                queue.add(value);
                done.add(Operation.known(
                        moment[3], new Input.Enqueue(value), new Output.Enqueued(), moment[1], moment[2]));
            } else {
                String front = queue.remove();
                if (done.size() >= breakAt && breakAt >= 0) {
                    // What is behind the front by more than there are clients cannot have been there.
                    front = queue.stream().skip(3L * clients).findFirst().orElseThrow();
                    breakAt = -1;
                }
                done.add(
                        Operation.known(moment[3], new Input.Dequeue(), new Output.Taken(front), moment[1], moment[2]));
            }
        }
        return done;
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 10_000})
    void aDeepBacklogIsJudgedAndOneValueThatJumpsTheQueueIsFound(int depth) {
        CheckOptions options = CheckOptions.defaults().withMaxMemoryBytes(256 << 20);
        Result<Input, Output> valid =
                HistoryCheck.check(new QueueModel(), History.of(deep(100_000, 10, depth, -1)), options);
        assertThat(valid).isInstanceOf(Result.Valid.class);
        assertThat(valid.progress().engines()).containsExactly(EngineName.QUEUES);

        Result<Input, Output> broken =
                HistoryCheck.check(new QueueModel(), History.of(deep(100_000, 10, depth, 60_000)), options);
        assertThat(broken).isInstanceOf(Result.Invalid.class);
        assertThat(((Result.Invalid<Input, Output>) broken).operation().input()).isInstanceOf(Input.Dequeue.class);
    }

    /** The search has to find out which of the values put in at once was first, when all that tells is far behind. */
    @Test
    void aDeepBacklogThatHasToBeSearchedEndsWithinItsMemory() {
        List<Operation<Input, Output>> twice = new ArrayList<>(deep(20_000, 10, 5_000, -1));
        twice.add(Operation.known(99, new Input.Enqueue("v1"), new Output.Enqueued(), 1, Long.MAX_VALUE - 1));
        CheckOptions options = CheckOptions.defaults().withMaxMemoryBytes(8 << 20);

        Result<Input, Output> result = HistoryCheck.check(new QueueModel(), History.of(twice), options);

        assertThat(result).isInstanceOf(Result.Unknown.class);
        assertThat(((Result.Unknown<Input, Output>) result).reason()).isEqualTo(Result.Reason.MEMORY);
        assertThat(result.progress().peakBytes()).isLessThanOrEqualTo(8 << 20);
    }

    @Test
    void keysAreQueuesOfTheirOwn() {
        assertThat(new KeyedModel<>(new QueueModel()).asQueue("k")).isPresent();
    }

    @Test
    void whatItCannotJudgeItDeclinesAndSaysWhy() {
        History<Input, Output> twice = History.of(List.of(
                Operation.known(1, new Input.Enqueue("a"), new Output.Enqueued(), 0, 1),
                Operation.known(1, new Input.Enqueue("a"), new Output.Enqueued(), 2, 3)));
        Result<Input, Output> result = HistoryCheck.checkHere(new QueueModel(), twice, OPTIONS);

        assertThat(result.sentence()).contains("process 1 enqueue a -> done puts in what was put in before");
        assertThat(HistoryCheck.checkHere(new QueueModel(), twice, OPTIONS.withEngine(EngineName.AUTO)))
                .isInstanceOf(Result.Valid.class);
    }
}
