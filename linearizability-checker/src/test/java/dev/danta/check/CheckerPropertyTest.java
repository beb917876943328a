package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every engine says beside its verdict, on small histories of every model; the verdicts are compared in {@link AgreementTest}. */
class CheckerPropertyTest {
    private static final int SEEDS = 800;
    private static final int OPERATIONS_MAX = 8;
    private static final CheckOptions OPTIONS =
            CheckOptions.defaults().withThreads(1).withAcceptVacuous(true);

    static Stream<Domain<?, ?, ?>> domains() {
        return Domain.all();
    }

    /** What judges all models; of the just-in-time search both orders of trying, small histories need one alone. */
    record Search(String name, Engine engine) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Search WGL = new Search("wgl", new WglEngine());

    private static final List<Search> JITS =
            List.of(new Search("jit", new JitEngine()), new Search("jit, sparing", new JitEngine(true)));

    private static Stream<Search> all() {
        return Stream.concat(JITS.stream(), Stream.of(WGL));
    }

    /** Every domain with every search. */
    static Stream<Arguments> searches() {
        return Domain.all().flatMap(domain -> all().map(search -> Arguments.of(domain, search)));
    }

    private static <S, I, O> Result<I, O> judged(Domain<S, I, O> domain, History<I, O> history, Search search) {
        return HistoryCheck.checkHere(domain.model(), history, OPTIONS, search.engine);
    }

    @ParameterizedTest
    @MethodSource("searches")
    <S, I, O> void witnessesExplainEveryAnswer(Domain<S, I, O> domain, Search engine) {
        for (int seed = 0; seed < SEEDS; seed++) {
            History<I, O> history = new RandomHistories<>(domain, seed).next(OPERATIONS_MAX + 3);
            if (!(judged(domain, history, engine) instanceof Result.Valid<I, O> valid)) {
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
    @MethodSource("searches")
    <S, I, O> void theFailingOperationEndsTheShortestInvalidBeginning(Domain<S, I, O> domain, Search engine) {
        for (int seed = 0; seed < SEEDS; seed++) {
            History<I, O> history = new RandomHistories<>(domain, seed).next(OPERATIONS_MAX);
            if (!(judged(domain, history, engine) instanceof Result.Invalid<I, O> invalid)) {
                continue;
            }
            Result.Failure<I, O> failure = invalid.failures().get(0);
            List<Operation<I, O>> part = of(domain, history, failure.partition());
            List<Operation<I, O>> justBefore = new ArrayList<>(part);
            justBefore.removeIf(op -> op.completedAt() > failure.operation().completedAt());
            String about = "seed " + seed + ": " + part + " fails at " + failure.operation();
            assertThat(failure.longest()).as(about).isNotEmpty();
            for (Result.PartialLinearization<I, O> longest : failure.longest()) {
                assertThat(longest.order()).as(about).doesNotContain(failure.operation());
                List<Operation<I, O>> required = new ArrayList<>(longest.order());
                required.removeIf(op -> op.completedAt() >= failure.operation().completedAt());
                justBefore.removeIf(
                        op -> op.completedAt() < failure.operation().completedAt() && required.contains(op));
                assertThat(BruteForce.explains(domain.model(), failure.partition(), longest.order(), longest.order()))
                        .as(about)
                        .isTrue();
            }
            assertThat(justBefore)
                    .as("%s: completed before it and unexplained", about)
                    .allMatch(op -> op.completedAt() == failure.operation().completedAt());
        }
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void losingAnswersNeverMakesAHistoryInvalid(Domain<S, I, O> domain) {
        for (int seed = 0; seed < SEEDS; seed++) {
            History<I, O> history = new RandomHistories<>(domain, seed).next(2 * OPERATIONS_MAX);
            if (!HistoryCheck.checkHere(domain.model(), history, OPTIONS).isValid()) {
                continue;
            }
            Random random = new Random(seed);
            List<Operation<I, O>> forgetful = new ArrayList<>();
            long process = 0;
            for (Operation<I, O> op : history.operations()) {
                process++;
                forgetful.add(
                        op.isUnknown() || random.nextInt(3) == 0
                                ? Operation.unknown(process, op.input(), op.invokedAt())
                                : Operation.known(process, op.input(), op.answer(), op.invokedAt(), op.completedAt()));
            }
            assertThat(HistoryCheck.checkHere(domain.model(), History.of(forgetful), OPTIONS))
                    .as("seed %d: %s", seed, forgetful)
                    .isInstanceOf(Result.Valid.class);
        }
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void searchesAgreeOnHistoriesTooLongForTheDefinition(Domain<S, I, O> domain) {
        for (int seed = 0; seed < SEEDS / 5; seed++) {
            History<I, O> history = new RandomHistories<>(domain, seed).next(16);
            Result<I, O> wgl = judged(domain, history, WGL);
            for (Search search : JITS) {
                Result<I, O> jit = judged(domain, history, search);
                assertThat(jit)
                        .as("seed %d, %s: %s", seed, search, history.operations())
                        .hasSameClassAs(wgl);
                if (wgl instanceof Result.Invalid<I, O> one && jit instanceof Result.Invalid<I, O> other) {
                    assertThat(other.operation())
                            .as("seed %d, %s", seed, search)
                            .isEqualTo(one.operation());
                }
            }
        }
    }

    private static <S, I, O> List<Operation<I, O>> of(Domain<S, I, O> domain, History<I, O> history, String partition) {
        return history.operations().stream()
                .filter(op -> domain.model().partitionOf(op.input()).equals(partition))
                .toList();
    }
}
