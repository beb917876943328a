package dev.danta.check.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.model.RegisterModel.Input;
import dev.danta.check.model.RegisterModel.Output;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One history in all the shapes that recorders and other checkers use. */
class FormatsTest {
    private static HistoryFile<Input, Output> read(String text) throws IOException {
        return HistoryReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), new RegisterCodec());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // a map a line
                """
                {:index 0, :type :invoke, :process 0, :f :write, :value 1, :time 7}
                {:index 4, :type :info, :process :nemesis, :f :kill, :value #{"n1" \\a}}
                {:index 8, :type :ok, :process 0, :f :write, :value 1, :time 5}
                {:index 9, :type :invoke, :process 1, :f :read, :value nil, :time 5}
                {:index 10, :type :ok, :process 1, :f :read, :value 1, :time 5}
                """,
                // one vector, on several lines, with comments
                """
                ; a history
                [{:type :invoke, :process 0,
                  :f :write, :value 1} {:type :ok :process 0 :f :write :value 1} ; done
                 {:type :invoke :process 1 :f :read :value nil}
                 {:type :info :process :nemesis :f :kill}
                 {:type :ok :process 1 :f :read :value 1}]
                """,
                // tagged records in a list
                """
                (#jepsen.history.Op{:type :invoke :process 0 :f :write :value 1N}
                 #jepsen.history.Op{:type :ok :process 0 :f :write :value 1 :at #inst "2020-01-01T00:00:00.000-00:00"}
                 #jepsen.history.Op{:type :info :process :nemesis :f :kill}
                 #jepsen.history.Op{:type :invoke :process 1 :f :read}
                 #jepsen.history.Op{:type :ok :process 1 :f :read :value "1"})
                """,
                // tuples
                """
                [0 :invoke :write 1]
                [0 :ok :write 1]
                [:nemesis :info :kill [1 2]]
                [1 :invoke :read nil]
                [1 :ok :read 1]
                """,
                "[[0 :invoke :write 1][0 :ok :write 1][:n :info :kill 1][1 :invoke :read nil][1 :ok :read 1]]",
                // a JSON array, with types as others spell them
                """
                 [ {"process":0,"type":"INVOKE","f":"write","value":1},
                   {"process":0,"type":"OK","f":"write","value":1}, {"process":"n","type":"info","f":"kill"},
                   {"process":1,"type":"invoke","f":"read"},
                   {"process":1,"type":"ok","f":"read","value":1}]
                """,
                // and lines
                """
                {"process":0,"type":"invoke","f":"write","value":1}
                {"process":0,"type":"ok","f":"write","value":1}
                {"process":"n","type":"info","f":"kill"}
                {"process":1,"type":"invoke","f":"read"}
                {"process":1,"type":"ok","f":"read","value":1}
                """
            })
    void everyShapeIsOneHistory(String text) throws IOException {
        HistoryFile<Input, Output> file = read(text);

        assertThat(file.history().operations())
                .extracting(Operation::process, Operation::input, Operation::output)
                .containsExactly(
                        tuple(0L, new Input.Write("1"), new Output.Written()),
                        tuple(1L, new Input.Read(), new Output.Value("1")));
        assertThat(file.history().operations().get(0).completedAt())
                .isLessThan(file.history().operations().get(1).invokedAt());
        assertThat(file.observed()).isEqualTo(1);
        assertThat(file.tornLine()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{:type :invoke :process 0 :f :write :value 1}\n{:type :ok :process 0 :f :wri",
                "[{:type :invoke :process 0 :f :write :value 1}\n",
                "[0 :invoke :write 1]\n[0 :ok :wr",
                "[{\"process\":0,\"type\":\"invoke\",\"f\":\"write\",\"value\":1},\n{\"process\":0,\"ty",
            })
    void whatBreaksOffIsTornAndTheRestIsUsed(String text) throws IOException {
        HistoryFile<Input, Output> file = read(text);

        assertThat(file.tornLine()).hasValue(2);
        assertThat(file.history().operations())
                .containsExactly(new Operation<>(
                        0,
                        new Input.Write("1"),
                        null,
                        file.history().operations().get(0).invokedAt(),
                        Operation.NEVER,
                        1,
                        0));
    }

    @Test
    void linesAreThoseOfTheFile() throws IOException {
        HistoryFile<Input, Output> file = read("""
                ; first

                {:type :invoke :process 0 :f :write :value "a\\nb
                c"} {:type :ok :process 0 :f :write :value 1}
                """);

        assertThat(file.history().operations().get(0).invokedLine()).isEqualTo(3);
        assertThat(file.history().operations().get(0).completedLine()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{:type :invoke :process 0 :f :write :value 1}\n{:type :never :process 0 :f :write}",
                "{:type :invoke :process 0 :f :write :value 1}\n{:type :ok :process 0 :f}\n;",
                "{:type :invoke :process 0 :f :write :value 1}\n:ok ;",
                "[{\"process\":0,\"type\":\"invoke\",\"f\":\"write\",\"value\":1},\n{\"process\":0,\"type\":\"nope\"}]",
                "[{\"process\":0,\"type\":\"invoke\",\"f\":\"write\",\"value\":1},\n7]",
            })
    void whatIsNoEventIsMalformed(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessageStartingWith("line 2: ");
    }

    @Test
    void anEventIsNeitherDeepNorLongWithoutBounds() {
        assertThatThrownBy(() -> read("{:value " + "[".repeat(100_000)))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessageContaining("nested deeper than 64");
        assertThatThrownBy(() -> read("{:value \"" + "[".repeat(HistoryReader.LINE_BYTES_MAX)))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessageContaining("more than 1048576 characters");
    }
}
