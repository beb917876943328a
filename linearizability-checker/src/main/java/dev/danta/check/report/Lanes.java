package dev.danta.check.report;

import dev.danta.check.Operation;
import dev.danta.check.history.HistoryFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Operations as bars, a lane for each process, or of many processes one for each at a time: whoever begins when another has
 * ended for good takes its lane. The axis has a unit for each event, so that nothing is too short to be seen, whatever the times between them are.
 */
final class Lanes {
    /** The most bars of one picture. */
    static final int BARS_MAX = 2_000;

    private static final int LANE = 34;
    private static final int OBSERVED = 26;
    /** Pixels for each event to begin with: enough for a few words, and more where there is room. */
    private static final int UNIT_MIN = 108;

    private static final int UNIT_FEW = 48;
    private static final int UNIT_MAX = 180;
    private static final int PAGE = 1_080;
    /** On the left, for the names of processes; the style sheet knows it too. */
    private static final int GUTTER = 56;

    private static final int OBSERVATIONS_MAX = 60;
    /** Up to so many processes have a lane each. */
    private static final int OWN_LANES_MAX = 16;
    /** Of a lane with more processes the first is named. */
    private static final int NAMED_MAX = 1;

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
    private final int unitMin;

    /** Some operations and what else was seen meanwhile; as wide as their words need. */
    static Lanes of(List<Bar> bars, List<HistoryFile.Observation> observations) {
        return new Lanes(bars, observations, UNIT_MIN);
    }

    /** A few operations, of which all are to be seen at once. */
    static Lanes few(List<Bar> bars) {
        return new Lanes(bars, List.of(), UNIT_FEW);
    }

    private Lanes(List<Bar> bars, List<HistoryFile.Observation> observations, int unitMin) {
        this.unitMin = unitMin;
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
        IdentityHashMap<Bar, Integer> freeUntil = freeUntil(laneOf);
        int lanes = Collections.max(laneOf.values(), Integer::compare) + 1;
        int top = observations.isEmpty() ? 6 : OBSERVED;
        out.append("<div class=\"zoom\" role=\"group\" aria-label=\"zoom\"><button type=\"button\" data-zoom=\"0.7\">")
                .append("&minus;</button><button type=\"button\" data-zoom=\"1.43\">+</button>")
                .append("<button type=\"button\" data-zoom=\"0\">all</button></div>\n");
        out.append("<div class=\"scroll lanes\" tabindex=\"0\"><div class=\"plot\" style=\"--n:")
                .append(end)
                .append(";--u:")
                .append(Math.max(unitMin, Math.min(UNIT_MAX, (PAGE - GUTTER) / end)))
                .append("px;height:")
                .append(top + lanes * LANE + 8)
                .append("px\">\n");
        for (int lane = 0; lane < lanes; lane++) {
            out.append("<i class=\"lane\" style=\"top:")
                    .append(top + lane * LANE)
                    .append("px\"></i>\n");
        }
        out.append("<div class=\"names\">\n");
        for (int lane = 0; lane < lanes; lane++) {
            out.append("<span class=\"who\" style=\"top:")
                    .append(top + lane * LANE + 3)
                    .append("px\" title=\"")
                    .append(processes(laneOf, lane, Integer.MAX_VALUE))
                    .append("\">")
                    .append(processes(laneOf, lane, NAMED_MAX))
                    .append("</span>\n");
        }
        out.append("</div>\n");
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
            int lane = laneOf.getOrDefault(bar.operation().process(), 0);
            bar(bar, top + LANE * lane, freeUntil.getOrDefault(bar, end), out);
        }
        out.append(
                "</div></div>\n<p class=\"detail\" aria-live=\"polite\">Point at an operation to see more of it.</p>\n");
    }

    /**
     * A lane for each process, by number; or of many processes, a lane for each that is there at a time. Those that end with an
     * unknown outcome leave theirs to nobody, for their bars go on.
     */
    private Map<Long, Integer> lanes() {
        TreeSet<Long> processes = new TreeSet<>();
        bars.forEach(bar -> processes.add(bar.operation().process()));
        if (processes.size() <= OWN_LANES_MAX) {
            Map<Long, Integer> laneOf = new LinkedHashMap<>();
            processes.forEach(process -> laneOf.put(process, laneOf.size()));
            return laneOf.isEmpty() ? Map.of(0L, 0) : laneOf;
        }
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
        return laneOf;
    }

    /** The processes of a lane, such as {@code p3, p12}. */
    private static String processes(Map<Long, Integer> laneOf, int lane, int max) {
        List<String> names = new ArrayList<>();
        laneOf.forEach((process, there) -> {
            if (there == lane) {
                names.add("p" + process);
            }
        });
        return names.size() <= max ? String.join(", ", names) : names.get(0) + " \u2026";
    }

    /** Up to where nothing else stands in the lane of each bar, so that its words may go on. */
    private IdentityHashMap<Bar, Integer> freeUntil(Map<Long, Integer> laneOf) {
        IdentityHashMap<Bar, Integer> until = new IdentityHashMap<>();
        Map<Integer, Bar> latest = new HashMap<>();
        for (Bar bar : bars) {
            int lane = laneOf.getOrDefault(bar.operation().process(), 0);
            Bar before = latest.put(lane, bar);
            if (before != null) {
                until.put(before, place(bar.operation().invokedAt()));
            }
        }
        return until;
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

    private void bar(Bar bar, int top, int free, StringBuilder out) {
        Operation<?, ?> operation = bar.operation();
        int from = place(operation.invokedAt());
        int to = operation.isUnknown() ? end : Math.max(from + 1, place(operation.completedAt()));
        out.append("<button type=\"button\" class=\"bar ")
                .append(bar.kind())
                .append("\" style=\"--a:")
                .append(from)
                .append(";--b:")
                .append(to)
                .append(";--f:")
                .append(Math.max(to, free))
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
