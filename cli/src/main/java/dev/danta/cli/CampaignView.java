package dev.danta.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.bench.Course;
import dev.danta.bench.Machine;
import dev.danta.bench.Measurement;
import dev.danta.bench.ResultFile;
import dev.danta.cli.campaign.CampaignReport;
import dev.danta.cli.campaign.CampaignSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * What came of a campaign, for people and for programs.
 *
 * @param settings it was made with
 * @param report of it
 */
record CampaignView(CampaignSettings settings, CampaignReport report) {
    private static final String ROW = "%-12s %8s %8s %9s %9s %9s %9s";

    /** A table with a row for each chapter and each calm between two, what was done, and the verdicts; at most 80 columns. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        Measurement measurement = report.measurement();
        lines.add(String.format(
                Locale.ROOT,
                "load: %,d done or declined in %.0f s, %,d unknown, %,d failed",
                measurement.done() + measurement.declined(),
                measurement.measured().toMillis() / 1e3,
                measurement.unknown(),
                measurement.failed()));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT, ROW, "CHAPTER", "SECONDS", "OPS/S", "P50 MS", "P99 MS", "MAX MS", "STILL MS"));
        report.course().phases().forEach(phase -> lines.addAll(rows(phase)));
        lines.add("");
        report.deeds()
                .forEach(deed -> lines.add(
                        String.format(Locale.ROOT, "%8.1f s  %s", deed.took().toMillis() / 1e3, deed.what())));
        lines.add("");
        lines.add("  invariant  " + measurement.invariant() + ": " + measurement.invariantText());
        lines.add("  hashes     " + report.hashes());
        lines.add("  history    " + report.judged().sentence());
        lines.add(String.format(
                Locale.ROOT,
                "             %,d operations, %,d unknown, %,d failed or declined",
                report.judged().operations(),
                report.judged().unknown(),
                report.judged().failed()));
        lines.add("             in " + report.judged().file());
        if (!report.trouble().isEmpty()) {
            lines.add("  TROUBLE    " + report.trouble());
        }
        return lines;
    }

    private static List<String> rows(Course.Phase phase) {
        List<String> rows = new ArrayList<>();
        rows.add(String.format(
                Locale.ROOT,
                ROW,
                phase.name(),
                String.format(Locale.ROOT, "%.1f", phase.length().toMillis() / 1e3),
                String.format(Locale.ROOT, "%,.0f", phase.perSecond()),
                millis(phase.latency().p50()),
                millis(phase.latency().p99()),
                millis(phase.latency().max()),
                millis(phase.stillnessNanos())));
        if (phase.unknown() + phase.failed() > 0) {
            rows.add("             " + phase.unknown() + " unknown, " + phase.failed() + " failed");
        }
        return rows;
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%,.1f", nanos / 1e6);
    }

    /**
     * A result as every bench writes it, with {@code campaign}: its size, what was done and how long that took, and whether
     * replicas were equal in the end.
     *
     * @param command the command line
     */
    ObjectNode json(List<String> command) {
        TreeMap<String, String> cluster = new TreeMap<>();
        cluster.put("where", "node processes on this machine, " + settings.heapMib() + " MiB heap each");
        cluster.put("durability", "sync");
        ObjectNode root = new ResultFile(
                        Instant.now(),
                        Main.version(),
                        command,
                        settings.load(),
                        cluster,
                        Machine.here(),
                        null,
                        report.measurement(),
                        report.course(),
                        report.judged())
                .toTree();
        ObjectNode campaign = root.putObject("campaign");
        campaign.put("accounts", settings.accounts());
        campaign.put("shards", settings.shards());
        campaign.put("readPercent", settings.readPercent());
        campaign.put("calmSeconds", settings.calm().toMillis() / 1e3);
        campaign.put("outageSeconds", settings.outage().toMillis() / 1e3);
        settings.chapters()
                .forEach(chapter ->
                        campaign.withArray("/chapters").add(chapter.name().toLowerCase(Locale.ROOT)));
        report.deeds()
                .forEach(deed -> campaign.withArray("/deeds")
                        .addObject()
                        .put("what", deed.what())
                        .put("seconds", deed.took().toMillis() / 1e3));
        campaign.put("hashes", report.hashes());
        campaign.put("trouble", report.trouble());
        return root;
    }
}
