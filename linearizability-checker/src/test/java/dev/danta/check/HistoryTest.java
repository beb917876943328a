package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    @Test
    void operationsAreOrderedByInvocation() {
        History<String, String> history = History.of(List.of(
                Operation.known(2, "later", "", 5, 6),
                Operation.unknown(1, "lost", 3),
                Operation.known(3, "first", "", 0, 9)));

        assertThat(history.operations()).extracting(Operation::input).containsExactly("first", "lost", "later");
        assertThat(history.size()).isEqualTo(3);
        assertThat(history.known()).isEqualTo(2);
        assertThat(history.unknown()).isEqualTo(1);
    }

    @Test
    void aProcessMayGoOnInTheStampInWhichItEnded() {
        assertThat(History.of(List.of(Operation.known(1, "a", "", 0, 5), Operation.known(1, "b", "", 5, 5)))
                        .size())
                .isEqualTo(2);
    }

    @Test
    void twoOpenOperationsOfOneProcessAreMalformed() {
        assertThatThrownBy(
                        () -> History.of(List.of(Operation.known(1, "a", "", 0, 5), Operation.known(1, "b", "", 4, 6))))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessage("process 1 invokes b at 4, while its a is open until 5");
    }

    @Test
    void aProcessThatLostAnAnswerDoesNotGoOn() {
        assertThatThrownBy(() -> History.of(List.of(Operation.unknown(1, "a", 0), Operation.known(1, "b", "", 4, 6))))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessage("process 1 invokes b after the unknown outcome of its a:"
                        + " a process that lost an answer goes on under a new number");
    }

    @Test
    void aCompletionBeforeItsInvocationIsMalformedAndItsLineIsNamed() {
        assertThatThrownBy(() -> History.of(List.of(new Operation<>(1, "a", "", 5, 4, 7, 8))))
                .isInstanceOfSatisfying(
                        MalformedHistoryException.class,
                        malformed -> assertThat(malformed.line()).isEqualTo(8))
                .hasMessage("line 8: process 1 completes a at 4, before its invocation at 5");
    }

    @Test
    void anOperationIsAnsweredExactlyIfItHasACompletion() {
        assertThatThrownBy(() -> new Operation<>(1, "a", null, 0, 5, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Operation.known(1, "a", "b", 0, Operation.NEVER))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
