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

/** Real processes behind a network of ours: a small campaign; {@code danta bench campaign} is the large one. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
final class CampaignTest {
    @TempDir
    Path folder;

    private Danta campaign(String chapters, String outage) {
        List<String> arguments = new ArrayList<>(List.of("bench", "campaign"));
        arguments.addAll(List.of(chapters.split(" ")));
        arguments.addAll(List.of("--accounts", "300", "--shards", "2", "--clients", "3"));
        arguments.addAll(List.of("--calm", "1s", "--outage", outage, "--patience", "150s"));
        arguments.addAll(List.of("--heap", "192", "--folder", folder.toString()));
        return Danta.run(arguments.toArray(String[]::new));
    }

    /** The one that every build has; nodes are killed in that of the lists. */
    @Test
    void aNodeIsCutOffAndNobodyIsToldALie() {
        isTrue(campaign("part", "2s"), "back with them");
    }

    @Tag("long")
    @Test
    void aNodeIsKilledAndAnotherIsCutOffAndNobodyIsToldALie() {
        isTrue(campaign("kill part", "2s"), "node 1 back on its folder", "node 3 back with them");
    }

    @Tag("long")
    @Test
    void aNodeComesAnotherLosesItsDiskOneStandsStillAndOneIsCutOffAndNobodyIsToldALie() {
        isTrue(
                campaign("add replace pause part", "5s"),
                "node 4 added",
                "node 2 refused with an empty folder",
                "node 2 replaced",
                "node 1 going on",
                "node 4 back with them");
    }

    private static void isTrue(Danta campaign, String... parts) {
        assertThat(campaign.exitCode()).as(campaign.out() + campaign.err()).isZero();
        assertThat(campaign.out())
                .contains(parts)
                .contains("history    VALID", "invariant  YES", "hashes     equal in all 2 shards");
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void nonsenseIsAUsageErrorBeforeAnythingStarts() {
        for (String line : List.of("explode", "add --accounts 1", "add --shards 0", "add --reads 101", "--calm soon")) {
            List<String> arguments = new ArrayList<>(List.of("bench", "campaign"));
            arguments.addAll(List.of(line.split(" ")));
            arguments.addAll(List.of("--folder", folder.toString()));

            Danta wrong = Danta.run(arguments.toArray(String[]::new));

            assertThat(wrong.exitCode()).as(line + wrong.out() + wrong.err()).isEqualTo(2);
            assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                    .isEmpty();
        }
    }
}
