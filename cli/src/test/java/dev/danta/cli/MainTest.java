package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class MainTest {
    @Test
    void helpPrintsTheUsageAndSucceeds() {
        Danta danta = Danta.run("--help");

        assertThat(danta.exitCode()).isZero();
        assertThat(danta.out()).contains("Usage: danta").contains("Exit codes:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "bench",
                "bench transfer",
                "bench kv",
                "bench sale",
                "check",
                "node",
                "node start",
                "simulate",
                "txn",
                "txn status"
            })
    void everyCommandHasHelp(String command) {
        Danta danta = Danta.run((command + " --help").split(" "));

        assertThat(danta.exitCode()).isZero();
        assertThat(danta.out()).contains("Usage: danta " + command);
    }

    @Test
    void helpNamesTrueDefaults() {
        for (CommandLine command : withSubcommands(Main.commandLine())) {
            assertThat(command.getUsageMessage())
                    .as(command.getCommandSpec().qualifiedName())
                    .doesNotContain("null")
                    .doesNotContain("${");
        }
    }

    private static List<CommandLine> withSubcommands(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(one -> all.addAll(withSubcommands(one)));
        return all;
    }

    @Test
    void versionNamesTheProgram() {
        Danta danta = Danta.run("--version");

        assertThat(danta.exitCode()).isZero();
        assertThat(danta.out()).startsWith("danta ");
    }

    @Test
    void memoryThatHasRunOutIsUndecidedWhateverItStandsBehind() throws Exception {
        StringWriter err = new StringWriter();
        CommandLine danta = Main.commandLine().setErr(new PrintWriter(err));
        Exception wrapped = new IllegalStateException("a step", new OutOfMemoryError("Java heap space"));

        int code = danta.getExecutionExceptionHandler()
                .handleExecutionException(wrapped, danta, danta.parseArgs("--version"));

        assertThat(code).isEqualTo(ExitCode.UNDECIDED);
        assertThat(err.toString()).startsWith("danta: undecided: the heap of ").contains("is exhausted");
    }

    @Test
    void nothingToDoIsAUsageError() {
        Danta danta = Danta.run();

        assertThat(danta.exitCode()).isEqualTo(2);
        assertThat(danta.err()).contains("Usage: danta");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-such-option", "check --no-such-option x", "no-such-command", "check", "demo x"})
    void whatIsNotUnderstoodIsAUsageErrorOfOneLine(String line) {
        Danta danta = Danta.run(line.split(" "));

        assertThat(danta.exitCode()).isEqualTo(2);
        assertThat(danta.err().lines().findFirst().orElseThrow())
                .startsWith("danta")
                .contains("--help says more");
        assertThat(danta.err()).doesNotContain("\tat ");
        assertThat(danta.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bench", "node"})
    void aGroupAloneIsAUsageErrorThatListsItsCommands(String group) {
        Danta danta = Danta.run(group);

        assertThat(danta.exitCode()).isEqualTo(2);
        assertThat(danta.err()).contains("Usage: danta " + group).contains("Commands:");
    }

    @ParameterizedTest
    @CsvSource({"0,3,3", "3,2,2", "2,1,1", "1,4,4", "0,0,0", "3,1,1"})
    void ofSeveralExitCodesTheWorstWins(int one, int other, int worse) {
        assertThat(ExitCode.worse(one, other)).isEqualTo(worse);
        assertThat(ExitCode.worse(other, one)).isEqualTo(worse);
    }
}
