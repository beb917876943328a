package dev.danta.check.report;

import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.explain.Explanation;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.Judgement;
import dev.danta.check.judge.Minimal;
import dev.danta.check.txn.Anomaly;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One page about judged histories, in one file that needs nothing else: the verdicts, and of each that is not valid the
 * operations around the failure in lanes, or the cycles. Not thread-safe.
 */
public final class HtmlReport {
    /** About the most characters of a page; histories beyond get a line each. */
    static final int CHARS_MAX = 4_500_000;

    private static final int ANOMALIES_MAX = 8;
    private static final int CONTEXT = 60;

    private final StringBuilder sections = new StringBuilder(65_536);
    private final StringBuilder rows = new StringBuilder();
    private int histories;
    private int invalid;
    private int undecided;
    private int leftOut;

    /**
     * Adds a history that was judged.
     *
     * @param minimal the smallest part that is wrong, if it was looked for
     */
    public <I, O> void add(
            String name,
            Judge<I, O> judge,
            HistoryFile<I, O> file,
            Judgement<I, O> judgement,
            @Nullable Minimal<I, O> minimal) {
        histories++;
        Result<I, O> result = judgement.result();
        boolean bad = result instanceof Result.Invalid;
        boolean open = result instanceof Result.Unknown;
        invalid += bad ? 1 : 0;
        undecided += open ? 1 : 0;
        row(name, judge.name(), bad ? "INVALID" : open ? "UNKNOWN" : "VALID", result, file);
        if (!bad) {
            return;
        }
        if (sections.length() > CHARS_MAX / 2) {
            leftOut++;
            return;
        }
        sections.append("<section id=\"h").append(histories).append("\">\n<h2>").append(Html.text(name));
        sections.append("</h2>\n");
        Explanation<I, O> explanation = judgement.explanation();
        if (explanation != null) {
            search(judge, file, explanation);
        } else if (judgement.anomalies().isEmpty()) {
            sections.append("<p class=\"verdict bad\">")
                    .append(Html.sentence(
                            result instanceof Result.Invalid<I, O> invalid
                                    ? invalid.failures().get(0).explanation()
                                    : result.sentence()))
                    .append("</p>\n");
        }
        int shown = 0;
        for (Anomaly<I, O> anomaly : judgement.anomalies()) {
            if (shown++ == ANOMALIES_MAX) {
                sections.append("<p class=\"note\">and ")
                        .append(judgement.anomalies().size() - ANOMALIES_MAX)
                        .append(" more</p>\n");
                break;
            }
            anomaly(anomaly);
        }
        if (minimal != null) {
            smallest(judge, minimal);
        }
        sections.append("</section>\n");
    }

    /** Adds what is no history. */
    public void addMalformed(String name, String fault) {
        histories++;
        rows.append("<tr><td class=\"words bad\">MALFORMED</td><th>").append(Html.text(name));
        rows.append("</th><td class=\"words\" colspan=\"5\">")
                .append(Html.text(fault))
                .append("</td></tr>\n");
    }

    /** The page. */
    public String render() {
        StringBuilder out = new StringBuilder(sections.length() + rows.length() + 16_384);
        out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Danta check: ");
        out.append(summary())
                .append("</title>\n<style>\n")
                .append(PageStyle.sheet())
                .append(Looks.SHEET);
        out.append("</style>\n</head>\n<body>\n<main>\n<header>\n<p class=\"brand\">Danta check</p>\n<h1>");
        out.append(summary()).append("</h1>\n</header>\n");
        out.append("<div class=\"scroll\"><table>\n<thead><tr><th>verdict</th><th>history</th><th>model</th>")
                .append("<th>operations</th><th>unknown</th><th>engine</th><th>time</th></tr></thead>\n<tbody>\n");
        out.append(rows).append("</tbody>\n</table></div>\n").append(sections);
        if (leftOut > 0) {
            out.append("<p class=\"note\">The page is full: ").append(leftOut);
            out.append(" more that are not valid are in the table alone.</p>\n");
        }
        return out.append("</main>\n<script>\n")
                .append(Looks.SCRIPT)
                .append("</script>\n</body>\n</html>\n")
                .toString();
    }

    private String summary() {
        if (invalid > 0) {
            return histories == 1 ? "Not valid" : invalid + " of " + histories + " not valid";
        }
        if (undecided > 0) {
            return histories == 1 ? "Undecided" : undecided + " of " + histories + " undecided";
        }
        return histories == 1 ? "Valid" : "All " + histories + " valid";
    }

    private void row(String name, String model, String verdict, Result<?, ?> result, HistoryFile<?, ?> file) {
        boolean good = verdict.equals("VALID");
        Result.Progress progress = result.progress();
        rows.append("<tr><td class=\"words ")
                .append(good ? "good" : "bad")
                .append("\">")
                .append(verdict);
        rows.append("</td><th>");
        if (verdict.equals("INVALID")) {
            rows.append("<a href=\"#h")
                    .append(histories)
                    .append("\">")
                    .append(Html.text(name))
                    .append("</a>");
        } else {
            rows.append(Html.text(name));
        }
        rows.append("</th><td>").append(model).append("</td><td>");
        rows.append(String.format(Locale.ROOT, "%,d", progress.operations())).append("</td><td>");
        rows.append(String.format(Locale.ROOT, "%,d", file.history().unknown())).append("</td><td>");
        rows.append(progress.engineLabel().isEmpty() ? "&ndash;" : progress.engineLabel());
        rows.append("</td><td>").append(progress.elapsed().toMillis()).append(" ms</td></tr>\n");
        if (result instanceof Result.Unknown<?, ?>) {
            rows.append("<tr><td></td><td class=\"words\" colspan=\"6\">").append(Html.text(result.sentence()));
            rows.append("</td></tr>\n");
        }
        file.tornLine()
                .ifPresent(torn -> rows.append("<tr><td></td><td class=\"words\" colspan=\"6\">breaks off at line ")
                        .append(torn)
                        .append("; what is before was judged</td></tr>\n"));
    }

    private <I, O> void search(Judge<I, O> judge, HistoryFile<I, O> file, Explanation<I, O> explanation) {
        sections.append("<p class=\"verdict bad\">")
                .append(Html.sentence(explanation.sentence()))
                .append("</p>\n");
        List<Lanes.Bar> bars = bars(judge, file, explanation);
        sections.append("<p class=\"note\">");
        if (!explanation.partition().isEmpty()) {
            sections.append("Key ").append(Html.text(explanation.partition())).append(". ");
        }
        sections.append("The window begins at the last quiet point");
        if (!explanation.begin().isEmpty()) {
            sections.append(", where there was <code>")
                    .append(Html.text(String.join(" or ", explanation.begin())))
                    .append("</code>");
        }
        sections.append(
                        "; paler is before it. Numbers are places in one order that explains all answers up to the red one;")
                .append(" hatched are operations whose outcome nobody knows.</p>\n");
        Lanes.of(bars, file.observations()).write(sections);
        sections.append("<h3>There it cannot go on</h3>\n<ul class=\"reasons\">\n");
        for (int i = 0; i < explanation.reasons().size(); i++) {
            sections.append("<li>")
                    .append(Html.text(explanation.reasons().get(i)))
                    .append("</li>\n");
        }
        sections.append("</ul>\n");
    }

    /** The window, some operations before it, and those of unknown outcome. */
    private static <I, O> List<Lanes.Bar> bars(
            Judge<I, O> judge, HistoryFile<I, O> file, Explanation<I, O> explanation) {
        Map<Operation<I, O>, Integer> places = new HashMap<>();
        for (int i = 0; i < explanation.order().size(); i++) {
            places.put(explanation.order().get(i).operation(), i);
        }
        Set<Operation<I, O>> window = new LinkedHashSet<>(explanation.window());
        Set<Operation<I, O>> open = new LinkedHashSet<>(explanation.open());
        List<Operation<I, O>> before = new ArrayList<>();
        List<Operation<I, O>> shown = new ArrayList<>();
        long failedAt = explanation.failed().completedAt();
        for (Operation<I, O> operation : file.history().operations()) {
            if (operation.invokedAt() > failedAt
                    || !judge.partitionOf(operation.input()).equals(explanation.partition())) {
                continue;
            }
            if (window.contains(operation) || open.contains(operation)) {
                shown.add(operation);
            } else if (!operation.isUnknown()) {
                before.add(operation);
            }
        }
        shown.addAll(before.subList(Math.max(0, before.size() - CONTEXT), before.size()));
        shown.sort((a, b) -> Long.compare(a.invokedAt(), b.invokedAt()));
        List<Lanes.Bar> bars = new ArrayList<>();
        for (Operation<I, O> operation : shown.subList(Math.max(0, shown.size() - Lanes.BARS_MAX), shown.size())) {
            Integer place = places.get(operation);
            List<String> detail = new ArrayList<>();
            String kind = operation.isUnknown() ? "unknown" : window.contains(operation) ? "good" : "good before";
            if (operation.equals(explanation.failed())) {
                kind = "bad";
                detail.add("cannot be linearized: " + String.join("; or ", explanation.reasons()));
            } else if (place != null) {
                Explanation.Placed<I, O> placed = explanation.order().get(place);
                detail.add("number " + (place + 1) + " in the order");
                detail.add("before: " + placed.before());
                detail.add("after: " + placed.after());
            } else {
                detail.add(operation.isUnknown() ? "outcome unknown, not needed in this order" : "not in this order");
            }
            bars.add(new Lanes.Bar(
                    operation,
                    judge.describe(operation.input(), operation.output()),
                    detail,
                    kind,
                    place == null ? "" : Integer.toString(place + 1)));
        }
        return bars;
    }

    private <I, O> void anomaly(Anomaly<I, O> anomaly) {
        sections.append("<article class=\"card bad anomaly\">\n<h3>")
                .append(anomaly.kind().label())
                .append("</h3>\n");
        sections.append(CycleDrawing.of(anomaly));
        int count = anomaly.reasons().size();
        sections.append(anomaly.edges().isEmpty() ? "<ul class=\"reasons\">\n" : "<ol class=\"reasons\">\n");
        for (int i = 0; i < count; i++) {
            sections.append("<li>");
            if (!anomaly.edges().isEmpty()) {
                sections.append("<b>T").append(i + 1).append(" before T").append((i + 1) % count + 1);
                sections.append("</b> <span class=\"edge ")
                        .append(anomaly.edges().get(i).label())
                        .append("\">");
                sections.append(anomaly.edges().get(i).label()).append("</span> ");
            }
            sections.append(Html.text(anomaly.reasons().get(i))).append("</li>\n");
        }
        sections.append(anomaly.edges().isEmpty() ? "</ul>\n" : "</ol>\n");
        sections.append("<dl class=\"transactions\">\n");
        for (String description : anomaly.descriptions()) {
            int open = description.indexOf('{');
            String who = open < 0 ? description : description.substring(0, open).strip();
            sections.append("<div><dt>").append(Html.text(who)).append("</dt><dd><code>");
            sections.append(Html.text(open < 0 ? "" : description.substring(open)))
                    .append("</code></dd></div>\n");
        }
        sections.append("</dl>\n</article>\n");
    }

    private <I, O> void smallest(Judge<I, O> judge, Minimal<I, O> minimal) {
        int size = minimal.history().size() + minimal.aborted().size();
        sections.append("<h3>").append(size).append(size == 1 ? " operation is enough" : " operations are enough");
        sections.append("</h3>\n<p class=\"note\">The smallest part that is wrong as the whole is");
        sections.append(minimal.complete() ? "" : ", as far as time allowed");
        sections.append(minimal.initial() == null ? "" : ", beginning with " + Html.text(minimal.initial()));
        sections.append(".</p>\n");
        Explanation<I, O> explanation = minimal.judgement().explanation();
        Operation<I, O> failed = explanation == null ? null : explanation.failed();
        List<Lanes.Bar> bars = new ArrayList<>();
        for (Operation<I, O> operation : minimal.history().operations()) {
            if (bars.size() < Lanes.BARS_MAX) {
                bars.add(new Lanes.Bar(
                        operation,
                        judge.describe(operation.input(), operation.output()),
                        List.of(),
                        operation.equals(failed) ? "bad" : operation.isUnknown() ? "unknown" : "good",
                        ""));
            }
        }
        Lanes.few(bars).write(sections);
    }
}
