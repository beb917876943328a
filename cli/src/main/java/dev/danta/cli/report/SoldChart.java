package dev.danta.cli.report;

import java.util.List;

/** Units sold over time as a step curve, with the stock as a line that must not be crossed. */
final class SoldChart {
    private static final int HEIGHT = 300;
    private static final int LEFT = 56;
    private static final int RIGHT = 24;
    private static final int TOP = 26;
    private static final int BOTTOM = 44;

    /** Points of a curve; more cannot be told apart on a screen. */
    private static final int POINTS_MAX = 500;

    private SoldChart() {}

    /**
     * Draws one round.
     *
     * @param kind the class of the curve
     * @param soldMax what the vertical axis must hold; charts with the same one can be compared
     */
    static String of(SaleRound round, String kind, int width, int soldMax) {
        List<Long> sales = round.answers().stream()
                .filter(SaleRound.Answer::bought)
                .map(SaleRound.Answer::atNanos)
                .toList();
        Axis x = Axis.linear(0, Math.max(1, round.elapsedNanos()) / 1e9, LEFT, width - RIGHT);
        Axis y = Axis.linear(0, Math.max(soldMax, round.units()) * 1.08, HEIGHT - BOTTOM, TOP);
        Svg svg = new Svg(
                width, HEIGHT, round.name() + ": " + round.sold() + " of " + round.units() + " units sold over time");
        Outage outage = round.outage();
        if (outage != null) {
            shade(svg, x, outage, y);
        }
        Frame.draw(svg, x, y, 5, tick -> Text.count(Math.round(tick)), "seconds");
        double stock = y.at(round.units());
        svg.line("stock", LEFT, stock, width - RIGHT, stock);
        curve(svg, kind, sales, x, y);
        boolean roomAbove = stock - TOP > 26;
        svg.text(
                "label halo stock-label",
                roomAbove ? width - RIGHT - 4 : LEFT + 8,
                roomAbove ? stock - 8 : stock + 19,
                roomAbove ? "end" : "start",
                "stock: " + Text.count(round.units()));
        return svg.toString();
    }

    /** The time in which a node was away. */
    static void shade(Svg svg, Axis x, Outage outage, Axis y) {
        double from = x.at(outage.fromNanos() / 1e9);
        double to = Math.max(from + 2, x.at(outage.toNanos() / 1e9));
        svg.rectangle("outage", from, y.to(), to - from, y.from() - y.to());
        svg.line("outage-edge", from, y.to(), from, y.from());
        svg.line("outage-edge", to, y.to(), to, y.from());
        svg.text("label", (from + to) / 2, y.to() - 8, "middle", outage.node() + " is down");
    }

    private static void curve(Svg svg, String kind, List<Long> sales, Axis x, Axis y) {
        StringBuilder path = new StringBuilder("M" + Svg.number(x.from()) + " " + Svg.number(y.from()));
        int each = Math.max(1, sales.size() / POINTS_MAX);
        for (int i = 0; i < sales.size(); i++) {
            if (i % each == 0 || i == sales.size() - 1) {
                path.append('H').append(Svg.number(x.at(sales.get(i) / 1e9)));
                path.append('V').append(Svg.number(y.at(i + 1)));
            }
        }
        double lastX = sales.isEmpty() ? x.from() : x.at(sales.get(sales.size() - 1) / 1e9);
        double lastY = y.at(sales.size());
        StringBuilder area = new StringBuilder(path);
        area.append('H')
                .append(Svg.number(x.to()))
                .append('V')
                .append(Svg.number(y.from()))
                .append('Z');
        svg.path("area " + kind, area);
        path.append('H').append(Svg.number(x.to()));
        svg.path("curve " + kind, path);
        svg.circle("dot " + kind, lastX, lastY, 4.5);
        boolean roomRight = x.to() - lastX > 110;
        svg.text(
                "value",
                roomRight ? lastX + 8 : lastX - 12,
                roomRight && y.from() - lastY > 30 ? lastY + 22 : lastY - 10,
                roomRight ? "start" : "end",
                Text.count(sales.size()) + " sold");
    }
}
