package dev.danta.cli.report;

/** The page around the charts. */
final class ReportPage {
    private static final int HALF_WIDTH = 540;
    private static final int FULL_WIDTH = 1112;

    private final DemoReport report;
    private final StringBuilder out = new StringBuilder(131_072);

    ReportPage(DemoReport report) {
        this.report = report;
    }

    String render() {
        out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        out.append("<title>Danta demo: one sale, run three times</title>\n<style>\n");
        out.append(Style.SHEET).append("</style>\n</head>\n<body>\n<main>\n");
        head();
        outcome();
        explanation();
        comparison();
        closeUp();
        waiting();
        figures();
        verdict();
        further();
        out.append("</main>\n</body>\n</html>\n");
        return out.toString();
    }

    private void head() {
        SaleRound strict = report.strict();
        out.append(
                "<header>\n<p class=\"brand\">Danta</p>\n<h1>One flash sale, run three times</h1>\n<p class=\"lead\">");
        out.append(Text.count(strict.units())).append(" units, ");
        out.append(Text.count(strict.buyers())).append(" buyers, ");
        out.append(report.threads()).append(" of them at a time through ");
        out.append(report.clients()).append(" clients, on ");
        out.append(report.nodes()).append(" real nodes.</p>\n</header>\n");
    }

    private void outcome() {
        SaleRound relaxed = report.relaxed();
        SaleRound strict = report.strict();
        out.append("<section class=\"cards\">\n");
        card(
                relaxed,
                "Relaxed",
                relaxed.oversold() == 0
                        ? "not oversold this time, by luck"
                        : "oversold by " + Text.count(relaxed.oversold()),
                "Stock read, and written back without validation. Some buyers were promised what is not there.");
        SaleRound reserved = report.reserved();
        card(
                reserved,
                "Reserved",
                stockSold(reserved),
                "A bounded counter. Each client takes a part of the stock in one transaction, and sells that by itself; near the"
                        + " end what others hold is called in.");
        Outage outage = strict.outage();
        card(
                strict,
                "Strict",
                stockSold(strict),
                outage == null
                        ? "One transaction for each sale."
                        : "One transaction for each sale. In mid-sale, after " + Text.seconds(outage.fromNanos()) + ", "
                                + outage.node() + " was killed; it was back after " + Text.seconds(outage.toNanos())
                                + ".");
        out.append("</section>\n");
    }

    private static String stockSold(SaleRound round) {
        if (round.oversold() > 0) {
            return "oversold by " + Text.count(round.oversold());
        }
        return round.sold() == round.units()
                ? "exactly the stock"
                : Text.count(round.units() - round.sold()) + " left unsold";
    }

    private void card(SaleRound round, String name, String result, String note) {
        boolean good = round.good();
        out.append("<article class=\"card ").append(good ? "good" : "bad").append("\">\n<h2>");
        out.append(name).append("</h2>\n<p class=\"big\">").append(Text.count(round.sold()));
        out.append(" <span>of ").append(Text.count(round.units())).append(" sold</span></p>\n<p class=\"result\">");
        out.append(good ? "&#10003; " : "&#10007; ")
                .append(Text.escaped(result))
                .append("</p>\n<p>");
        out.append(Text.escaped(note)).append("</p>\n</article>\n");
    }

    private void explanation() {
        out.append(
                "<section>\n<h2>How it works</h2>\n<p class=\"text\">In the strict round every sale is a transaction:"
                        + " the nodes accept the new stock only if the stock that was read is still the newest, so of two buyers"
                        + " who saw the same stock one is told to try again. A sale counts once a majority of the nodes has made"
                        + " it durable, so two of three go on selling while one is down, and that one takes part again when it is"
                        + " back.</p>\n<p class=\"text\">In the reserved round a client first takes an allotment, a part of the stock that nobody"
                        + " else may sell, and each sale of it is one round trip in nobody's way. So buyers do not meet each other,"
                        + " and it is as exact as the strict round.</p>\n</section>\n");
    }

    private void comparison() {
        int most = Math.max(
                report.relaxed().sold(),
                Math.max(report.reserved().sold(), report.strict().sold()));
        out.append("<section>\n<h2>Units sold over time</h2>\n");
        out.append("<p class=\"note\">Same vertical scale. The dashed line is the stock.</p>\n<div class=\"pair\">\n");
        out.append("<figure>\n<figcaption><i class=\"key relaxed\"></i>Relaxed</figcaption>\n");
        out.append(SoldChart.of(report.relaxed(), "relaxed", HALF_WIDTH, most)).append("</figure>\n");
        out.append("<figure>\n<figcaption><i class=\"key reserved\"></i>Reserved</figcaption>\n");
        out.append(SoldChart.of(report.reserved(), "reserved", HALF_WIDTH, most))
                .append("</figure>\n");
        out.append("<figure>\n<figcaption><i class=\"key strict\"></i>Strict</figcaption>\n");
        out.append(SoldChart.of(report.strict(), "strict", HALF_WIDTH, most)).append("</figure>\n</div>\n</section>\n");
    }

    private void closeUp() {
        out.append("<section>\n<h2>The strict round, close up</h2>\n<figure class=\"wide\">\n");
        out.append(SoldChart.of(
                report.strict(), "strict", FULL_WIDTH, report.strict().units()));
        out.append("</figure>\n</section>\n");
    }

    private void waiting() {
        out.append("<section>\n<h2>How long buyers waited in the strict round</h2>\n<p class=\"note\">"
                + "One dot for each buyer, from asking to the answer, with all retries. "
                + "<span class=\"swatch bought\"></span> bought &nbsp; <span class=\"swatch soldout\"></span> sold out"
                + "</p>\n<figure class=\"wide\">\n");
        out.append(WaitChart.of(report.strict(), FULL_WIDTH)).append("</figure>\n</section>\n");
    }

    private void figures() {
        out.append("<section>\n<h2>Figures</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>round</th><th>asked</th>"
                + "<th>sold</th><th>oversold</th><th>sales/s</th><th>p50</th><th>p90</th><th>p99</th><th>longest</th>"
                + "<th>retries</th><th class=\"words\">verdict</th></tr></thead>\n<tbody>\n");
        row(report.relaxed());
        row(report.reserved());
        row(report.strict());
        out.append("</tbody>\n</table></div>\n</section>\n");
    }

    private void row(SaleRound round) {
        out.append("<tr><th>").append(Text.escaped(round.name())).append("</th>");
        cell(Text.count(round.buyers()));
        cell(Text.count(round.sold()));
        cell(Text.count(round.oversold()));
        cell(Text.rate(round.salesPerSecond()));
        cell(Text.latency(round.waitPercentileNanos(50)));
        cell(Text.latency(round.waitPercentileNanos(90)));
        cell(Text.latency(round.waitPercentileNanos(99)));
        cell(Text.latency(round.waitPercentileNanos(100)));
        cell(Text.count(round.retries()));
        out.append("<td class=\"words ").append(round.good() ? "good" : "bad").append("\">");
        out.append(Text.escaped(round.verdict())).append("</td></tr>\n");
    }

    private void cell(String text) {
        out.append("<td>").append(text).append("</td>");
    }

    private void verdict() {
        SaleRound strict = report.strict();
        out.append(
                "<section>\n<h2>The verdict</h2>\n<p class=\"text\">What every buyer of the strict round asked and was"
                        + " told was recorded around the client, with the time of both, and judged afterwards by a checker that"
                        + " knows nothing of the cluster: is there one order of all these sales that explains every answer?</p>\n");
        out.append("<p class=\"verdict ").append(strict.good() ? "good" : "bad").append("\">");
        out.append(Text.escaped(report.checker())).append("</p>\n<p class=\"note\">");
        out.append(Text.count(strict.answers().size())).append(" of ").append(Text.count(strict.buyers()));
        out.append(" buyers have exactly one answer; for ").append(Text.count(strict.resolved()));
        out.append(" of them the outcome was unknown at first and was settled by asking. The history is in <code>");
        out.append(Text.escaped(report.history())).append("</code>.</p>\n</section>\n");
    }

    private void further() {
        out.append("<section>\n<h2>Going on</h2>\n<dl class=\"commands\">\n");
        for (DemoReport.Command command : report.next()) {
            out.append("<div><dt><code>").append(Text.escaped(command.line())).append("</code></dt><dd>");
            out.append(Text.escaped(command.purpose())).append("</dd></div>\n");
        }
        out.append("</dl>\n</section>\n<footer>\n<p><code>").append(Text.escaped(report.command()));
        out.append("</code> &middot; seed ").append(report.seed()).append(" &middot; ");
        out.append(Text.escaped(report.when())).append("</p>\n<p>").append(Text.escaped(report.machine()));
        out.append("</p>\n</footer>\n");
    }
}
