package dev.danta.check.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The search for cycles against the definition, and on histories made by an execution one after the other. */
class ListAppendPropertyTest {
    /** The same property as for the engines that search: dev.danta.check.AgreementTest. */
    private static final int SEEDS =
            Integer.getInteger("danta.agreement.histories", Boolean.getBoolean("danta.long") ? 2_000 : 500);

    private static boolean isValid(List<Operation<AppendTxn, ListsRead>> operations, Consistency level) {
        return !(ListAppendCheck.check(History.of(operations), List.of(), level).result() instanceof Result.Invalid);
    }

    /** Where everything is read in the end nothing is left open, so the cycles are all there is to find. */
    @Test
    void verdictsAgreeWithTheDefinitionWhereAllIsReadInTheEnd() {
        int valid = 0;
        int serializableOnly = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Operation<AppendTxn, ListsRead>> operations = new RandomTxns(seed).small(true);
            boolean strict = Lists.haveSerialOrder(operations, Consistency.Order.REAL_TIME);
            boolean serializable = Lists.haveSerialOrder(operations, Consistency.Order.NONE);
            assertThat(isValid(operations, Consistency.STRICT_SERIALIZABLE))
                    .as("seed %d, strict: %s", seed, operations)
                    .isEqualTo(strict);
            // Without real time the last reads come anywhere: only "invalid" is a proof.
            if (!isValid(operations, Consistency.SERIALIZABLE)) {
                assertThat(serializable).as("seed %d: %s", seed, operations).isFalse();
            }
            valid += strict ? 1 : 0;
            serializableOnly += serializable && !strict ? 1 : 0;
        }
        assertThat(valid).isBetween(SEEDS / 10, SEEDS * 9 / 10);
        assertThat(serializableOnly).isGreaterThan(SEEDS / 100);
    }

    @Test
    void whatIsCalledInvalidIs() {
        int invalid = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Operation<AppendTxn, ListsRead>> operations = new RandomTxns(seed).small(false);
            if (!isValid(operations, Consistency.STRICT_SERIALIZABLE)) {
                invalid++;
                assertThat(Lists.haveSerialOrder(operations, Consistency.Order.REAL_TIME))
                        .as("seed %d: %s", seed, operations)
                        .isFalse();
            }
        }
        assertThat(invalid).isGreaterThan(SEEDS / 10);
    }

    @Test
    void aStrongerLevelForbidsMore() {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Operation<AppendTxn, ListsRead>> operations = new RandomTxns(seed).small(seed % 2 == 0);
            for (Consistency level : Consistency.values()) {
                if (isValid(operations, level)) {
                    for (Consistency weaker : Levels.weakerThan(level)) {
                        assertThat(isValid(operations, weaker))
                                .as("seed %d is %s and %s: %s", seed, level, weaker, operations)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void executionsOneAfterTheOtherAreValidAndStaleOnesAreNot() {
        for (int seed = 0; seed < 50; seed++) {
            RandomTxns random = new RandomTxns(seed);
            List<Operation<AppendTxn, ListsRead>> operations = random.serial(400, 10);
            assertThat(isValid(operations, Consistency.STRICT_SERIALIZABLE))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(isValid(random.withOneStaleRead(operations), Consistency.STRICT_SERIALIZABLE))
                    .as("seed %d, stale", seed)
                    .isFalse();
        }
    }

    @Test
    void aHundredThousandTransactionsAreJudged() {
        RandomTxns random = new RandomTxns(1);
        List<Operation<AppendTxn, ListsRead>> operations = random.serial(100_000, 20);
        TxnVerdict<AppendTxn, ListsRead> valid =
                ListAppendCheck.check(History.of(operations), List.of(), Consistency.STRICT_SERIALIZABLE);
        assertThat(valid.result().isValid()).isTrue();
        assertThat(valid.result().progress().configurations()).as("edges").isLessThan(10L * operations.size());
        TxnVerdict<AppendTxn, ListsRead> stale = ListAppendCheck.check(
                History.of(random.withOneStaleRead(operations)), List.of(), Consistency.STRICT_SERIALIZABLE);
        assertThat(stale.anomalies()).isNotEmpty();
    }
}
