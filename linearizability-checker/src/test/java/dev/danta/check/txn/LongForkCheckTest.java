package dev.danta.check.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.JudgeSettings;
import dev.danta.check.judge.Judges;
import dev.danta.check.judge.Subject;
import dev.danta.check.txn.RegistersSeen.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Forks are found, and nothing else is called one. */
class LongForkCheckTest {
    private static final int SEEDS = 4_000;

    private final List<Operation<RegisterTxn, RegistersSeen>> operations = new ArrayList<>();

    private void write(String register) {
        long at = operations.size();
        operations.add(Operation.known(
                at,
                new RegisterTxn(List.of(new RegisterTxn.Step.Write(register, "1"))),
                new RegistersSeen(List.of(new Seen("1", null))),
                at,
                at));
    }

    /** Reads registers, of which those in capitals show what was written. */
    private void read(String registers) {
        List<RegisterTxn.Step> steps = new ArrayList<>();
        List<Seen> seen = new ArrayList<>();
        for (String register : registers.split("")) {
            steps.add(new RegisterTxn.Step.Read(register.toLowerCase(Locale.ROOT)));
            seen.add(new Seen(Character.isUpperCase(register.charAt(0)) ? "1" : null, null));
        }
        long at = operations.size();
        operations.add(Operation.known(at, new RegisterTxn(steps), new RegistersSeen(seen), at, at));
    }

    private TxnVerdict<RegisterTxn, RegistersSeen> verdict() {
        return LongForkCheck.check(History.of(operations), List.of(), null);
    }

    private List<Anomaly.Kind> kinds() {
        return verdict().anomalies().stream().map(Anomaly::kind).toList();
    }

    @Test
    void twoReadersSeeTwoOrders() {
        write("a");
        write("b");
        read("Ab");
        read("aB");

        assertThat(kinds()).containsExactly(Anomaly.Kind.LONG_FORK);
        assertThat(verdict().anomalies().get(0).reasons())
                .containsExactly(
                        "T2 read a as 1, which T1 wrote",
                        "T2 read b as nothing, over which T3 wrote 1",
                        "T4 read b as 1, which T3 wrote",
                        "T4 read a as nothing, over which T1 wrote 1");
    }

    @Test
    void threeReadersOfTwoRegistersEach() {
        write("a");
        write("b");
        write("c");
        read("Ab");
        read("Bc");
        read("Ca");

        assertThat(kinds()).containsExactly(Anomaly.Kind.LONG_FORK);
    }

    @Test
    void whatGrowsForAllIsNoFork() {
        write("a");
        write("b");
        read("ab");
        read("Ab");
        read("ab");
        read("AB");

        assertThat(verdict().result()).isInstanceOf(Result.Valid.class);
    }

    @Test
    void oneRegisterAtATimeShowsNothing() {
        write("a");
        write("b");
        read("A");
        read("b");

        assertThat(verdict().result()).isInstanceOf(Result.Unknown.class);
        assertThat(verdict().result().sentence()).contains("nobody has read two registers at once");
    }

    @Test
    void aRegisterIsWrittenOnce() {
        write("a");
        write("a");

        assertThatThrownBy(this::verdict)
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessageContaining("every register is written once");
    }

    @Test
    void theJudgeOfLongForksLooksForThem() {
        write("a");
        write("b");
        read("Ab");
        read("aB");

        assertThat(forks(Judges.of(Subject.LONG_FORK, JudgeSettings.defaults())))
                .isTrue();
        assertThat(forks(Judges.of(Subject.TXN_REGISTER, JudgeSettings.defaults())))
                .isFalse();
    }

    @SuppressWarnings("unchecked")
    private boolean forks(Judge<?, ?> judge) {
        return ((Judge<RegisterTxn, RegistersSeen>) judge)
                .judge(History.of(operations), List.of(), CheckOptions.defaults()).anomalies().stream()
                        .anyMatch(anomaly -> anomaly.kind() == Anomaly.Kind.LONG_FORK);
    }

    /** Readers of all registers agree if of each two one has seen all that the other has. */
    @Test
    void verdictsAgreeWithTheDefinition() {
        int forks = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            operations.clear();
            int registers = 2 + random.nextInt(3);
            for (int i = 0; i < registers; i++) {
                write(Character.toString('a' + i));
            }
            List<String> reads = new ArrayList<>();
            int readers = 1 + random.nextInt(4);
            for (int i = 0; i < readers; i++) {
                StringBuilder read = new StringBuilder();
                for (int j = 0; j < registers; j++) {
                    read.append((char) ((random.nextBoolean() ? 'a' : 'A') + j));
                }
                reads.add(read.toString());
                read(read.toString());
            }
            boolean fork = false;
            for (String one : reads) {
                for (String other : reads) {
                    fork |= seesMore(one, other) && seesMore(other, one);
                }
            }
            assertThat(kinds().contains(Anomaly.Kind.LONG_FORK)).as("%s", reads).isEqualTo(fork);
            assertThat(verdict().result().isValid()).as("%s", reads).isNotEqualTo(fork);
            forks += fork ? 1 : 0;
        }
        assertThat(forks).isBetween(SEEDS / 10, SEEDS * 9 / 10);
    }

    private static boolean seesMore(String one, String other) {
        for (int i = 0; i < one.length(); i++) {
            if (Character.isUpperCase(one.charAt(i)) && Character.isLowerCase(other.charAt(i))) {
                return true;
            }
        }
        return false;
    }
}
