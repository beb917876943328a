package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.model.Keyed;
import dev.danta.check.model.KeyedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be done to a history without making a valid one invalid, or without changing the verdict at all. */
class MetamorphicTest {
    private static final int SEEDS = Boolean.getBoolean("danta.long") ? 3_000 : 1_000;
    private static final int OPERATIONS_MAX = 12;
    private static final CheckOptions OPTIONS = CheckOptions.defaults().withAcceptVacuous(true);

    static Stream<Domain<?, ?, ?>> domains() {
        return Domain.all();
    }

    private interface Change<I, O> {
        List<Operation<I, O>> of(List<Operation<I, O>> operations, Random random);
    }

    private static <S, I, O> void verdictsStay(Domain<S, I, O> domain, boolean invalidToo, Change<I, O> change) {
        int judged = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            History<I, O> history = new RandomHistories<>(domain, seed).next(OPERATIONS_MAX);
            boolean valid = isValid(domain.model(), history);
            if (!valid && !invalidToo) {
                continue;
            }
            judged++;
            History<I, O> changed = History.of(change.of(history.operations(), new Random(seed)));
            assertThat(isValid(domain.model(), changed))
                    .as("seed %d: %s made %s", seed, history.operations(), changed.operations())
                    .isEqualTo(valid);
        }
        assertThat(judged).isGreaterThan(SEEDS / 20);
    }

    private static <S, I, O> boolean isValid(Model<S, I, O> model, History<I, O> history) {
        Result<I, O> result = HistoryCheck.checkHere(model, history, OPTIONS);
        assertThat(result).isNotInstanceOf(Result.Unknown.class);
        return result.isValid();
    }

    private static <I, O> Operation<I, O> with(Operation<I, O> operation, long process, long from, long to) {
        return new Operation<>(
                process,
                operation.input(),
                operation.output(),
                from,
                operation.isUnknown() ? Operation.NEVER : to,
                operation.invokedLine(),
                operation.completedLine());
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void whoAskedDoesNotMatter(Domain<S, I, O> domain) {
        verdictsStay(domain, true, (operations, random) -> {
            List<Operation<I, O>> renamed = new ArrayList<>();
            for (Operation<I, O> op : operations) {
                renamed.add(with(op, 1_000 - renamed.size(), op.invokedAt(), op.completedAt()));
            }
            return renamed;
        });
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void onlyTheOrderOfStampsMatters(Domain<S, I, O> domain) {
        verdictsStay(domain, true, (operations, random) -> {
            List<Operation<I, O>> later = new ArrayList<>();
            for (Operation<I, O> op : operations) {
                later.add(with(op, op.process(), 7 * op.invokedAt() + 100, 7 * op.completedAt() + 100));
            }
            return later;
        });
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void longerIntervalsNeverMakeAValidHistoryInvalid(Domain<S, I, O> domain) {
        verdictsStay(domain, false, (operations, random) -> {
            List<Operation<I, O>> longer = new ArrayList<>();
            for (Operation<I, O> op : operations) {
                longer.add(with(
                        op, longer.size(), op.invokedAt() - random.nextInt(3), op.completedAt() + random.nextInt(3)));
            }
            return longer;
        });
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void aBeginningThatLeavesEverythingAsItWasChangesNothing(Domain<S, I, O> domain) {
        verdictsStay(domain, true, (operations, random) -> {
            List<Operation<I, O>> longer = new ArrayList<>(operations);
            for (I input : domain.inputs()) {
                S begin = domain.model().init(domain.model().partitionOf(input));
                for (O answer : domain.answers().to(input)) {
                    if (domain.model().readOnly(input, answer)
                            && domain.model().step(begin, input, answer, Cancellation.NONE) instanceof Step.Legal) {
                        long from = -1_000L + random.nextInt(900);
                        longer.add(
                                Operation.known(500 + longer.size(), input, answer, from, from + random.nextInt(50)));
                    }
                }
            }
            return longer;
        });
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void ofTwoIndependentHistoriesBothMustBeValid(Domain<S, I, O> domain) {
        KeyedModel<S, I, O> keyed = new KeyedModel<>(domain.model());
        for (int seed = 0; seed < SEEDS; seed++) {
            History<I, O> one = new RandomHistories<>(domain, 2L * seed).next(OPERATIONS_MAX);
            History<I, O> other = new RandomHistories<>(domain, 2L * seed + 1).next(OPERATIONS_MAX);
            if (domain.model().partitionOf(domain.inputs().get(0)).length() > 0) {
                // Its keys are those of the model already.
                return;
            }
            List<Operation<Keyed<I>, O>> both = new ArrayList<>(named("one", one, 0));
            both.addAll(named("other", other, 100));
            assertThat(isValid(keyed, History.of(both)))
                    .as("seed %d: %s", seed, both)
                    .isEqualTo(isValid(domain.model(), one) && isValid(domain.model(), other));
        }
    }

    private static <I, O> List<Operation<Keyed<I>, O>> named(String key, History<I, O> history, long processes) {
        List<Operation<Keyed<I>, O>> named = new ArrayList<>();
        for (Operation<I, O> op : history.operations()) {
            named.add(new Operation<>(
                    processes + op.process(),
                    new Keyed<>(key, op.input()),
                    op.output(),
                    op.invokedAt(),
                    op.completedAt(),
                    op.invokedLine(),
                    op.completedLine()));
        }
        return named;
    }
}
