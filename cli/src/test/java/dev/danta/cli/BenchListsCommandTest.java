package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Short runs on real processes; {@code danta bench lists --runs 20} is the real thing. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
final class BenchListsCommandTest {
    private static final String ROW =
            " +%s +%s +%s +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+  VALID";

    @TempDir
    Path folder;

    private Danta lists(String options) {
        List<String> arguments = new ArrayList<>(List.of("bench", "lists"));
        arguments.addAll(List.of(options.split(" ")));
        arguments.addAll(List.of("--folder", folder.toString()));
        return Danta.run(arguments.toArray(String[]::new));
    }

    /** The one that every build has: seed 1 begins with a node that is killed. */
    @Test
    void aFewSecondsAreJudgedAndNothingIsLeft() {
        Danta run = lists("--nodes 3 --shards 2 --duration 3s --clients 2 --heap 128 --seed 1");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out().lines())
                .anyMatch(line -> line.matches(ROW.formatted(1, 1, 3)))
                .anyMatch(line -> line.startsWith("1 of 1 "))
                .allMatch(line -> line.length() <= 80);
        assertThat(folder).isEmptyDirectory();
        nothingRuns();
    }

    @Tag("long")
    @Test
    void threeAndFiveNodesTakeTurns() {
        Danta runs = lists("--runs 2 --duration 15s --heap 128 --seed 5");

        assertThat(runs.exitCode()).as(runs.out() + runs.err()).isZero();
        assertThat(runs.out().lines())
                .anyMatch(line -> line.matches(ROW.formatted(1, 5, 3)))
                .anyMatch(line -> line.matches(ROW.formatted(2, 6, 5)));
        nothingRuns();
    }

    @Test
    void nonsenseIsAUsageErrorBeforeAnythingStarts() {
        for (String line :
                List.of("--nodes 4", "--runs 0", "--shards 0", "--clients 0", "--heap 1", "--duration soon")) {
            Danta wrong = lists(line);

            assertThat(wrong.exitCode()).as(line + wrong.out() + wrong.err()).isEqualTo(2);
            nothingRuns();
        }
    }

    private static void nothingRuns() {
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }
}
