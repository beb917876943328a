package dev.danta.check.report;

import dev.danta.check.Operation;
import dev.danta.check.history.HistoryFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Operations as bars, a lane for each process at a time: whoever begins when another has ended for good takes its lane. The
 * axis has a unit for each event, so that nothing is too short to be seen, whatever the times between them are.
 */
final class Lanes {
    /** The most bars of one picture. */
    static final int BARS_MAX = 2_000;

    private static final int LANE = 34;
    private static final int OBSERVED = 26;
    /** Pixels for each event to begin with: enough for a few words, and more where there is room. */
    private static final int UNIT_MIN = 84;

    private static final int UNIT_MAX = 180;
    private static final int PAGE = 1_080;
    private static final int OBSERVATIONS_MAX = 60;

    /**
     * One bar.
     *
     * @param text in words
     * @param detail more lines about it
     * @param kind its looks: good, bad, idle or unknown
     * @param badge its place in the order, or empty
     */
    record Bar(Operation<?, ?> operation, String text, List<String> detail, String kind, String badge) {}

    private final List<Bar> bars;
    private final List<HistoryFile.Observation> observations;
    private final long[] stamps;
    private final int end;

    Lanes(List<Bar> bars, List<HistoryFile.Observation> observations) {
        this.bars = bars;
        TreeSet<Long> all = new TreeSet<>();
        for (Bar bar : bars) {
            all.add(bar.operation().invokedAt());
            if (!bar.operation().isUnknown()) {
                all.add(bar.operation().completedAt());
            }
        }
        long first = all.isEmpty() ? 0 : all.first();
        long last = all.isEmpty() ? 0 : all.last();
        List<HistoryFile.Observation> within = new ArrayList<>();
        for (HistoryFile.Observation observation : observations) {
            if (observation.at() >= first && observation.at() <= last) {
                within.add(observation);
            }
        }
        this.observations = within.subList(0, Math.min(OBSERVATIONS_MAX, within.size()));
        this.stamps = all.stream().mapToLong(Long::longValue).toArray();
        this.end = stamps.length + 1;
    }

    /** The picture. */
    void write(StringBuilder out) {
        Map<Long, Integer> laneOf = lanes();
        int lanes = Collections.max(laneOf.values(), Integer::compare) + 1;
        int top = observations.isEmpty() ? 6 : OBSERVED;
        out.append("<div class=\"zoom\" role=\"group\" aria-label=\"zoom\"><button type=\"button\" data-zoom=\"0.7\">")
                .append("&minus;</button><button type=\"button\" data-zoom=\"1.43\">+</button>")
                .append("<button type=\"button\" data-zoom=\"0\">all</button></div>\n");
        out.append("<div class=\"scroll lanes\" tabindex=\"0\"><div class=\"plot\" style=\"--n:")
                .append(end)
                .append(";--u:")
                .append(Math.max(UNIT_MIN, Math.min(UNIT_MAX, PAGE / end)))
                .append("px;height:")
                .append(top + lanes * LANE + 8)
                .append("px\">\n");
        for (int lane = 0; lane < lanes; lane++) {
            out.append("<i class=\"lane\" style=\"top:")
                    .append(top + lane * LANE)
                    .append("px\"></i>\n");
        }
        for (HistoryFile.Observation observation : observations) {
            out.append("<b class=\"fault\" style=\"--a:")
                    .append(place(observation.at()))
                    .append("\" title=\"line ")
                    .append(observation.line())
                    .append(": ")
                    .append(Html.text(observation.what()))
                    .append("\"><span>")
                    .append(Html.text(observation.what()))
                    .append("</span></b>\n");
        }
        for (Bar bar : bars) {
            bar(bar, top + LANE * laneOf.getOrDefault(bar.operation().process(), 0), out);
        }
        out.append(
                "</div></div>\n<p class=\"detail\" aria-live=\"polite\">Point at an operation to see more of it.</p>\n");
    }

    /** Processes that end with an unknown outcome leave their lane to nobody, for their bars go on. */
    private Map<Long, Integer> lanes() {
        Map<Long, Long> until = new LinkedHashMap<>();
        for (Bar bar : bars) {
            until.merge(bar.operation().process(), bar.operation().completedAt(), Math::max);
        }
        Map<Long, Integer> laneOf = new LinkedHashMap<>();
        List<Long> freeFrom = new ArrayList<>();
        for (Bar bar : bars) {
            long process = bar.operation().process();
            if (laneOf.containsKey(process)) {
                continue;
            }
            int lane = 0;
            while (lane < freeFrom.size()
                    && freeFrom.get(lane) >= bar.operation().invokedAt()) {
                lane++;
            }
            if (lane == freeFrom.size()) {
                freeFrom.add(0L);
            }
            freeFrom.set(lane, until.getOrDefault(process, Operation.NEVER));
            laneOf.put(process, lane);
        }
        return laneOf.isEmpty() ? Map.of(0L, 0) : laneOf;
    }

    private int place(long at) {
        int low = 0;
        int high = stamps.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (stamps[middle] < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void bar(Bar bar, int top, StringBuilder out) {
        Operation<?, ?> operation = bar.operation();
        int from = place(operation.invokedAt());
        int to = operation.isUnknown() ? end : Math.max(from + 1, place(operation.completedAt()));
        out.append("<button type=\"button\" class=\"bar ")
                .append(bar.kind())
                .append("\" style=\"--a:")
                .append(from)
                .append(";--b:")
                .append(to)
                .append(";top:")
                .append(top + 3)
                .append("px\" data-detail=\"")
                .append(detail(bar))
                .append("\"><span>");
        if (!bar.badge().isEmpty()) {
            out.append("<em>").append(bar.badge()).append("</em>");
        }
        out.append(Html.text(bar.text())).append("</span></button>\n");
    }

    private static String detail(Bar bar) {
        StringBuilder text = new StringBuilder(place(bar.operation()));
        text.append(": ").append(Html.text(bar.text()));
        for (String more : bar.detail()) {
            text.append("&#10;").append(Html.text(more));
        }
        return text.toString();
    }

    static String place(Operation<?, ?> operation) {
        String who = "process " + operation.process();
        if (operation.invokedLine() == Operation.NO_LINE) {
            return who;
        }
        return who + ", line" + (operation.completedLine() == Operation.NO_LINE ? " " : "s ")
                + operation.invokedLine()
                + (operation.completedLine() == Operation.NO_LINE ? "" : " to " + operation.completedLine());
    }
}
