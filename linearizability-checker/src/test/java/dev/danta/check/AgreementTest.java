package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All engines and the definition on random small histories of every model, some valid, some not, with unknown outcomes: one
 * verdict, and of what is invalid one operation that cannot be explained.
 *
 * <p>By default a smoke. The whole, with 100,000 histories for each model, is {@code ./mvnw -pl linearizability-checker test
 * -Dtest=AgreementTest -Ddanta.agreement.histories=100000}, and {@code -Ddanta.agreement.seed=S} draws others.
 */
class AgreementTest {
    private static final int HISTORIES = Integer.getInteger("danta.agreement.histories", 1_000);
    private static final long SEED = Long.getLong("danta.agreement.seed", 0);
    private static final int OPERATIONS_MAX = 8;
    private static final CheckOptions OPTIONS =
            CheckOptions.defaults().withThreads(1).withAcceptVacuous(true).withAll(true);

    /** Those which judge what they can and decline the rest; the others judge everything. */
    private static final List<String> SPECIAL = List.of(EngineName.ZONES.label(), EngineName.QUEUES.label());

    /** What is judged, with changes that recur or without. */
    static Stream<Arguments> worlds() {
        return Stream.concat(
                Domain.all().map(domain -> Arguments.of(domain, false)),
                Stream.concat(ZonesTest.domains(), QueuesTest.domains()).map(domain -> Arguments.of(domain, true)));
    }

    private static Map<String, Engine> engines() {
        Map<String, Engine> engines = new LinkedHashMap<>();
        engines.put("jit", new JitEngine());
        engines.put("jit, sparing", new JitEngine(true));
        for (EngineName name : EnumSet.complementOf(EnumSet.of(EngineName.JIT))) {
            engines.put(name.label(), Engine.named(name));
        }
        return engines;
    }

    @ParameterizedTest
    @MethodSource("worlds")
    <S, I, O> void allEnginesAndTheDefinitionAgree(Domain<S, I, O> domain, boolean changesDiffer) {
        int valid = 0;
        int unknown = 0;
        Map<String, Integer> declined = new LinkedHashMap<>();
        for (int i = 0; i < HISTORIES; i++) {
            long seed = SEED + i;
            History<I, O> history = new RandomHistories<>(domain, seed, changesDiffer).next(OPERATIONS_MAX);
            boolean expected = BruteForce.linearizable(domain.model(), history);
            Map<String, Operation<I, O>> failed = new TreeMap<>();
            for (Map.Entry<String, Engine> engine : engines().entrySet()) {
                Result<I, O> result = HistoryCheck.checkHere(domain.model(), history, OPTIONS, engine.getValue());
                String about = domain + ", seed " + seed + ", " + engine.getKey() + ": " + history.operations();
                if (isDeclined(result) && SPECIAL.contains(engine.getKey())) {
                    declined.merge(engine.getKey(), 1, Integer::sum);
                    continue;
                }
                assertThat(result).as(about).isInstanceOf(expected ? Result.Valid.class : Result.Invalid.class);
                if (result instanceof Result.Invalid<I, O> invalid) {
                    // A special engine judges those partitions that it can.
                    for (Result.Failure<I, O> failure : invalid.failures()) {
                        assertThat(failure.operation())
                                .as(about)
                                .isEqualTo(failed.computeIfAbsent(failure.partition(), part -> failure.operation()));
                    }
                }
            }
            valid += expected ? 1 : 0;
            unknown += history.unknown() > 0 ? 1 : 0;
        }
        System.out.printf(
                Locale.ROOT,
                "%s: %,d histories, %,d valid, %,d invalid, %,d with unknown outcomes; declined %s%n",
                domain,
                HISTORIES,
                valid,
                HISTORIES - valid,
                unknown,
                declined);
        assertThat(valid).isBetween(HISTORIES / 5, HISTORIES * 19 / 20);
        assertThat(unknown).isGreaterThan(HISTORIES / 5);
        if (changesDiffer) {
            assertThat(SPECIAL)
                    .as("one of them judges most of these")
                    .anyMatch(engine -> declined.getOrDefault(engine, 0) < HISTORIES / 2);
        }
    }

    private static boolean isDeclined(Result<?, ?> result) {
        return result instanceof Result.Unknown<?, ?> unknown && unknown.reason() == Result.Reason.UNSUPPORTED;
    }
}
