package dev.danta.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class DemoReportTest {
    private final DemoReport report = SampleReport.of(42, 500, 5000);
    private final String html = report.toHtml();

    @Test
    void allRoundsAreDrawnWithTheStockAndTheOutage() {
        assertThat(html)
                .contains("class=\"curve relaxed\"")
                .contains("class=\"curve reserved\"")
                .contains("class=\"curve strict\"")
                .contains("class=\"stock\"")
                .contains("class=\"outage\"")
                .contains("class=\"dots bought\"")
                .contains("class=\"dots soldout\"")
                .contains("node 2 is down");
    }

    @Test
    void theNumbersOfTheRoundsAreThere() {
        assertThat(html)
                .contains("oversold by 2,500")
                .contains("exactly the stock")
                .contains("18,734")
                .contains("VALID (5001 operations")
                .contains("danta demo --seed 42");
    }

    @Test
    void foreignTextIsEscaped() {
        assertThat(html)
                .contains("oversold &lt;by&gt; 2500")
                .contains("danta-demo &amp; history.jsonl")
                .doesNotContain("<by>");
    }

    @Test
    void nothingIsFetchedFromAnywhereAndNothingRuns() {
        assertThat(html)
                .doesNotContain("http:")
                .doesNotContain("https:")
                .doesNotContain("src=")
                .doesNotContain("@import")
                .doesNotContain("url(")
                .doesNotContain("<script")
                .doesNotContain("<link");
    }

    @Test
    void theCurveEndsAtTheUnitsSoldAndTheRestIsSampled() {
        Matcher curve = Pattern.compile("class=\"curve strict\" d=\"([^\"]*)\"").matcher(html);
        assertThat(curve.find()).isTrue();
        assertThat(curve.group(1).chars().filter(c -> c == 'V').count()).isEqualTo(500);
        Matcher soldOut =
                Pattern.compile("class=\"dots soldout\" d=\"([^\"]*)\"").matcher(html);
        assertThat(soldOut.find()).isTrue();
        assertThat(soldOut.group(1).chars().filter(c -> c == 'M').count()).isBetween(1_000L, 1_200L);
        assertThat(html.length()).isLessThan(200_000);
    }

    @Test
    void everyElementIsClosed() throws Exception {
        String xml = html.replaceFirst("<!doctype html>", "")
                .replaceAll("<meta [^>]*>", "")
                .replace("&nbsp;", " ")
                .replace("&middot;", " ");
        javax.xml.parsers.DocumentBuilderFactory factory = javax.xml.parsers.DocumentBuilderFactory.newInstance();
        org.w3c.dom.Document document =
                factory.newDocumentBuilder().parse(new org.xml.sax.InputSource(new StringReader(xml)));
        assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(5);
        assertThat(document.getElementsByTagName("tr").getLength()).isEqualTo(4);
    }

    @Test
    void aRoundWithoutAnySaleCanBeDrawnToo() {
        SaleRound nothing = new SaleRound("strict", 1, 0, List.of(), 0, 0, 0, 0, null, "nobody came", false);

        assertThat(SoldChart.of(nothing, "strict", 500, 0)).contains("0 sold").doesNotContain("NaN");
        assertThat(WaitChart.of(nothing, 500)).doesNotContain("NaN");
    }

    @Test
    void axesHaveRoundTicks() {
        assertThat(Axis.linear(0, 7.3, 0, 100).ticks(5)).containsExactly(0.0, 2.0, 4.0, 6.0);
        assertThat(Axis.logarithmic(1, 1000, 0, 100).ticks(5)).containsExactly(1.0, 10.0, 100.0, 1000.0);
        assertThat(Axis.logarithmic(1, 100, 0, 100).at(10)).isEqualTo(50);
        assertThat(Axis.linear(0, 10, 100, 0).at(99)).isZero();
    }
}
