package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What every command says of itself fits into a terminal of 80 columns. */
final class HelpTest {
    @Test
    void helpFitsIntoATerminal() {
        List<CommandLine> commands = new ArrayList<>(List.of(Main.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
        }

        assertThat(commands).hasSizeGreaterThan(12);
        for (CommandLine command : commands) {
            String name = command.getCommandSpec().qualifiedName();
            assertThat(command.getUsageMessage()).as(name).contains(name);
            assertThat(command.getUsageMessage().lines()).as(name).allMatch(line -> line.length() <= 80);
        }
    }

    @Test
    void theListOfModelsDoesToo() {
        assertThat(Danta.run("check", "models").out().lines())
                .hasSizeGreaterThan(20)
                .allMatch(line -> line.length() <= 80);
    }
}
