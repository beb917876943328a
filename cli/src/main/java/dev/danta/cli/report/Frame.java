package dev.danta.cli.report;

import java.util.Locale;
import java.util.function.DoubleFunction;

/** The grid and the ticks around a curve. */
final class Frame {
    private Frame() {}

    static void draw(Svg svg, Axis x, Axis y, int rows, DoubleFunction<String> yLabel, String xTitle) {
        for (double tick : y.ticks(rows)) {
            double at = y.at(tick);
            svg.line(tick == y.min() ? "base" : "grid", x.from(), at, x.to(), at);
            svg.text("tick", x.from() - 8, at + 4, "end", yLabel.apply(tick));
        }
        for (double tick : x.ticks(Math.max(2, (int) ((x.to() - x.from()) / 90)))) {
            double at = x.at(tick);
            svg.line("base", at, y.from(), at, y.from() + 5);
            svg.text("tick", at, y.from() + 20, "middle", plain(tick));
        }
        svg.text("tick", x.to(), y.from() + 38, "end", xTitle);
    }

    /** Without digits that say nothing: 0.5, 2. */
    static String plain(double value) {
        if (value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("0+$", "");
    }
}
