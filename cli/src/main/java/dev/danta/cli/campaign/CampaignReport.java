package dev.danta.cli.campaign;

import dev.danta.bench.Course;
import dev.danta.bench.Judged;
import dev.danta.bench.Measurement;
import java.time.Duration;
import java.util.List;

/**
 * What came of a campaign.
 *
 * @param deeds what was done, in order
 * @param measurement of the load, with the sum of all accounts
 * @param course of the load, with a phase for each chapter
 * @param judged the history
 * @param hashes whether all members of each shard held the same in the end, in words
 * @param trouble what did not come about; empty if everything did
 */
public record CampaignReport(
        List<Deed> deeds, Measurement measurement, Course course, Judged judged, String hashes, String trouble) {
    public CampaignReport {
        deeds = List.copyOf(deeds);
    }

    /**
     * Something that was done.
     *
     * @param took from the order until it was done
     */
    public record Deed(String what, Duration took) {}
}
