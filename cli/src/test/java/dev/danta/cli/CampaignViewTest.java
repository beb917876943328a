package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.bench.Course;
import dev.danta.bench.Judged;
import dev.danta.bench.Measurement;
import dev.danta.cli.campaign.CampaignReport;
import dev.danta.cli.campaign.CampaignSettings;
import dev.danta.cli.campaign.CampaignSettings.Chapter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class CampaignViewTest {
    private static final Measurement.Latency LATENCY =
            new Measurement.Latency(4_100_000, 9_000_000, 168_040_000, 900_000_000, 6_302_000_000L, 5e6);

    private static CampaignView view(String trouble) {
        CampaignSettings settings = new CampaignSettings(
                Path.of("folder"),
                List.of(Chapter.ADD, Chapter.OUTAGE),
                16,
                1_000_000,
                8,
                10,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                3_000_000,
                512,
                61);
        Measurement measurement = new Measurement(
                "transfer",
                Duration.ofSeconds(80),
                31_233,
                4,
                3,
                2,
                1,
                30_000,
                1_237,
                0,
                new TreeMap<>(),
                new TreeMap<>(),
                LATENCY,
                Measurement.Holds.YES,
                "the sum is 1, as it was");
        Course course = new Course(
                List.of(),
                List.of(
                        new Course.Phase(
                                "calm", Duration.ZERO, Duration.ofSeconds(10), 4_300, 0, 0, LATENCY, 20_000_000),
                        new Course.Phase(
                                "outage-over",
                                Duration.ofSeconds(10),
                                Duration.ofMillis(69_400),
                                12_345,
                                3,
                                2,
                                LATENCY,
                                6_302_000_000L)));
        Judged judged = new Judged(
                Measurement.Holds.YES, "VALID", 31_233, 3, 6, Path.of("history.jsonl.gz"), Duration.ofSeconds(1));
        return new CampaignView(
                settings,
                new CampaignReport(
                        List.of(new CampaignReport.Deed("node 4 added", Duration.ofMillis(69_410))),
                        measurement,
                        course,
                        judged,
                        "equal in all 16 shards",
                        trouble));
    }

    @Test
    void eachChapterIsARowOfATableThatFitsOnATerminal() {
        List<String> lines = view("").lines();

        assertThat(lines)
                .contains(
                        "CHAPTER       SECONDS    OPS/S    P50 MS    P99 MS    MAX MS  STILL MS",
                        "calm             10.0      430       4.1     168.0   6,302.0      20.0",
                        "outage-over      69.4      178       4.1     168.0   6,302.0   6,302.0",
                        "             3 unknown, 2 failed",
                        "    69.4 s  node 4 added")
                .noneMatch(line -> line.contains("TROUBLE"));
        assertThat(lines).allMatch(line -> line.length() <= 80, "at most 80 columns");
    }

    @Test
    void whatDidNotComeAboutIsSaid() {
        assertThat(view("the nodes sulk").lines()).last().isEqualTo("  TROUBLE    the nodes sulk");
    }

    @Test
    void programsAreToldTheSameWithTheCommand() {
        ObjectNode json = view("the nodes sulk").json(List.of("danta", "bench", "campaign"));

        assertThat(json.at("/command/2").asText()).isEqualTo("campaign");
        assertThat(json.at("/load/seed").asLong()).isEqualTo(61);
        assertThat(json.at("/phases/1/name").asText()).isEqualTo("outage-over");
        assertThat(json.at("/phases/1/stillnessMillis").asDouble()).isEqualTo(6_302);
        assertThat(json.at("/history/valid").asText()).isEqualTo("YES");
        assertThat(json.at("/campaign/accounts").asInt()).isEqualTo(1_000_000);
        assertThat(json.at("/campaign/chapters/1").asText()).isEqualTo("outage");
        assertThat(json.at("/campaign/deeds/0/what").asText()).isEqualTo("node 4 added");
        assertThat(json.at("/campaign/deeds/0/seconds").asDouble()).isEqualTo(69.41);
        assertThat(json.at("/campaign/hashes").asText()).isEqualTo("equal in all 16 shards");
        assertThat(json.at("/campaign/trouble").asText()).isEqualTo("the nodes sulk");
    }
}
