package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.BankCheck.Input;
import dev.danta.check.BankCheck.Output;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BankCheckTest {
    private static Operation<Input, Output> read(long process, Map<String, Long> balances, long from, long to) {
        return Operation.known(process, new Input.ReadAll(), new Output.Balances(balances), from, to);
    }

    private static final Operation<Input, Output> TRANSFER =
            Operation.known(9, new Input.Transfer("a", "b", 5), new Output.Transferred(true), 0, 1);

    @Test
    void readsOfTheWholeMoneyAreValid() {
        assertThat(BankCheck.check(
                        History.of(List.of(
                                TRANSFER,
                                read(1, Map.of("a", 10L, "b", 0L), 0, 1),
                                read(1, Map.of("a", 5L, "b", 5L), 2, 3))),
                        10))
                .isInstanceOf(Result.Valid.class);
    }

    @Test
    void theReadThatCompletedFirstIsTheOneReported() {
        Result<Input, Output> result = BankCheck.check(
                History.of(List.of(read(1, Map.of("a", 10L, "b", 5L), 0, 9), read(2, Map.of("a", 5L, "b", 0L), 1, 2))),
                10);

        assertThat(result.sentence()).isEqualTo("INVALID process 2 read a total of 5 instead of 10: {a=5, b=0}");
    }

    @Test
    void anOverdrawnAccountIsInvalidThoughTheTotalIsRight() {
        assertThat(BankCheck.check(History.of(List.of(read(1, Map.of("a", 11L, "b", -1L), 0, 9))), 10)
                        .sentence())
                .isEqualTo("INVALID process 1 read that account b holds -1: {a=11, b=-1}");
    }

    @Test
    void aTotalThatOverflowsIsInvalid() {
        Map<String, Long> tooMuch = Map.of("a", Long.MAX_VALUE, "b", Long.MAX_VALUE, "c", 2L);
        assertThat(BankCheck.check(History.of(List.of(read(1, tooMuch, 0, 9))), 0))
                .isInstanceOf(Result.Invalid.class);
    }

    @Test
    void transfersAloneSayNothing() {
        assertThat(BankCheck.check(
                        History.of(List.of(TRANSFER, Operation.<Input, Output>unknown(1, new Input.ReadAll(), 0))), 10))
                .isInstanceOfSatisfying(
                        Result.Unknown.class,
                        unknown -> assertThat(unknown.reason()).isEqualTo(Result.Reason.VACUOUS));
    }
}
