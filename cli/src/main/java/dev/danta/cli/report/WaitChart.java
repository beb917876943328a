package dev.danta.cli.report;

import java.util.List;

/** How long each buyer waited, over the time at which they had their answer; the vertical axis is logarithmic. */
final class WaitChart {
    private static final int HEIGHT = 320;
    private static final int LEFT = 72;
    private static final int RIGHT = 24;
    private static final int TOP = 26;
    private static final int BOTTOM = 44;

    /** Dots of one kind; of more a regular sample is drawn. */
    private static final int DOTS_MAX = 1_200;

    private WaitChart() {}

    static String of(SaleRound round, int width) {
        List<SaleRound.Answer> bought =
                round.answers().stream().filter(SaleRound.Answer::bought).toList();
        List<SaleRound.Answer> refused =
                round.answers().stream().filter(answer -> !answer.bought()).toList();
        long shortest = round.answers().stream()
                .mapToLong(SaleRound.Answer::waitNanos)
                .min()
                .orElse(1_000_000);
        long longest = round.answers().stream()
                .mapToLong(SaleRound.Answer::waitNanos)
                .max()
                .orElse(10_000_000);
        Axis x = Axis.linear(0, Math.max(1, round.elapsedNanos()) / 1e9, LEFT, width - RIGHT);
        Axis y = Axis.logarithmic(
                powerBelow(shortest / 1e6), 10 * powerBelow(longest / 1e6 * 0.999), HEIGHT - BOTTOM, TOP);
        Svg svg = new Svg(width, HEIGHT, round.name() + ": waiting time of each buyer over time");
        Outage outage = round.outage();
        if (outage != null) {
            SoldChart.shade(svg, x, outage, y);
        }
        Frame.draw(svg, x, y, 5, WaitChart::label, "seconds");
        dots(svg, "dots soldout", refused, x, y);
        dots(svg, "dots bought", bought, x, y);
        level(svg, "median", round.waitPercentileNanos(50), x, y);
        level(svg, "99 %", round.waitPercentileNanos(99), x, y);
        return svg.toString();
    }

    private static double powerBelow(double millis) {
        return Math.pow(10, Math.floor(Math.log10(Math.max(0.001, millis))));
    }

    private static String label(double millis) {
        return millis >= 1_000 ? Frame.plain(millis / 1_000) + " s" : Frame.plain(millis) + " ms";
    }

    private static void level(Svg svg, String name, long nanos, Axis x, Axis y) {
        double at = y.at(nanos / 1e6);
        svg.line("level", x.from(), at, x.to(), at);
        svg.text("label halo", x.to() - 4, at - 6, "end", name + ": " + Text.latency(nanos));
    }

    private static void dots(Svg svg, String kind, List<SaleRound.Answer> answers, Axis x, Axis y) {
        if (answers.isEmpty()) {
            return;
        }
        StringBuilder path = new StringBuilder();
        int each = (answers.size() + DOTS_MAX - 1) / DOTS_MAX;
        for (int i = 0; i < answers.size(); i += each) {
            SaleRound.Answer answer = answers.get(i);
            // A line of no length with round ends is a dot, and takes a tenth of the space of a circle.
            path.append('M').append(Svg.number(x.at(answer.atNanos() / 1e9)));
            path.append(' ').append(Svg.number(y.at(answer.waitNanos() / 1e6))).append("h0");
        }
        svg.path(kind, path);
    }
}
