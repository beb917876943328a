package dev.danta.check.report;

import dev.danta.check.txn.Anomaly;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A cycle of transactions as a drawing: boxes on an ellipse, clockwise from the top left, and arrows from each to the next.
 * Two stand side by side. Everything is computed here; colours come from the page's style sheet.
 */
final class CycleDrawing {
    /** Of longer cycles the first are drawn. */
    private static final int NODES_MAX = 10;

    private static final int LINES_MAX = 5;
    private static final int CHARS_MAX = 34;
    private static final double WIDTH = 262;
    private static final double LINE = 17;
    private static final double PADDING = 12;
    private static final double GAP = 6;

    private final StringBuilder out = new StringBuilder();
    private final List<Box> boxes = new ArrayList<>();
    private final List<String> edges;
    private final double width;
    private final double height;

    private record Box(double x, double y, List<String> lines) {
        double height() {
            return 2 * PADDING + LINE * lines.size();
        }

        /** Where the way from the middle towards a point leaves the box, and a little further. */
        Point edgeTowards(Point point) {
            double dx = point.x - x;
            double dy = point.y - y;
            double sides = Math.abs(dx) < 1e-9 ? Double.MAX_VALUE : (WIDTH / 2 + GAP) / Math.abs(dx);
            double ends = Math.abs(dy) < 1e-9 ? Double.MAX_VALUE : (height() / 2 + GAP) / Math.abs(dy);
            double part = Math.min(sides, ends);
            return new Point(x + dx * part, y + dy * part);
        }
    }

    private record Point(double x, double y) {}

    private CycleDrawing(Anomaly<?, ?> anomaly) {
        int nodes = Math.min(NODES_MAX, anomaly.descriptions().size());
        edges = anomaly.edges().stream().map(Anomaly.Edge::label).toList();
        List<List<String>> texts = new ArrayList<>();
        double tallest = 0;
        for (String description : anomaly.descriptions().subList(0, nodes)) {
            List<String> lines = lines(description);
            texts.add(lines);
            tallest = Math.max(tallest, 2 * PADDING + LINE * lines.size());
        }
        double rx = nodes == 2 ? WIDTH * 0.86 : Math.max(WIDTH * 0.95, nodes * WIDTH / 5);
        double ry = nodes == 2 ? 0 : Math.max(tallest * 1.35, nodes * tallest / 5);
        double turn = nodes == 3 ? Math.PI * 5 / 6 : Math.PI * 3 / 4;
        double top = Double.MAX_VALUE;
        double bottom = -Double.MAX_VALUE;
        for (int i = 0; i < nodes; i++) {
            double angle = nodes == 2 ? Math.PI * (1 - i) : 2 * Math.PI * i / nodes - turn;
            Box box = new Box(rx * Math.cos(angle), ry * Math.sin(angle), texts.get(i));
            top = Math.min(top, box.y - box.height() / 2);
            bottom = Math.max(bottom, box.y + box.height() / 2);
            boxes.add(box);
        }
        double margin = nodes == 2 ? 50 : 30;
        width = 2 * rx + WIDTH + 2 * margin;
        height = bottom - top + 2 * margin;
        double down = margin - top;
        boxes.replaceAll(box -> new Box(width / 2 + box.x, down + box.y, box.lines));
    }

    /** The drawing of a cycle; empty for what is none. */
    static String of(Anomaly<?, ?> anomaly) {
        return anomaly.edges().isEmpty()
                ? ""
                : new CycleDrawing(anomaly).draw(anomaly.kind().label());
    }

    private String draw(String title) {
        out.append("<svg class=\"cycle\" viewBox=\"0 0 ")
                .append(number(width))
                .append(' ')
                .append(number(height))
                .append("\" style=\"max-width:")
                .append(number(width))
                .append("px\" role=\"img\" aria-label=\"cycle ")
                .append(Html.text(title))
                .append("\">\n");
        boolean whole = boxes.size() == edges.size();
        for (int i = 0; i < boxes.size(); i++) {
            if (whole || i + 1 < boxes.size()) {
                arrow(boxes.get(i), boxes.get((i + 1) % boxes.size()), edges.get(i));
            }
        }
        boxes.forEach(this::box);
        return out.append("</svg>\n").toString();
    }

    /** Bent outwards, so that the two ways between two boxes stay apart. */
    private void arrow(Box from, Box to, String label) {
        double dx = to.x - from.x;
        double dy = to.y - from.y;
        double length = Math.max(1, Math.hypot(dx, dy));
        double bend = boxes.size() == 2 ? 0.30 * Math.max(length, 200) : 0.10 * length;
        Point control = new Point((from.x + to.x) / 2 + dy / length * bend, (from.y + to.y) / 2 - dx / length * bend);
        Point begin = from.edgeTowards(control);
        Point end = to.edgeTowards(control);
        out.append("<path class=\"arrow ")
                .append(label)
                .append("\" d=\"M")
                .append(at(begin))
                .append(" Q")
                .append(at(control))
                .append(' ')
                .append(at(end))
                .append("\"/>\n");
        head(control, end, label);
        double x = 0.25 * begin.x + 0.5 * control.x + 0.25 * end.x;
        double y = 0.25 * begin.y + 0.5 * control.y + 0.25 * end.y;
        out.append("<text class=\"edge ")
                .append(label)
                .append("\" x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y + 4.5))
                .append("\" text-anchor=\"middle\">")
                .append(label)
                .append("</text>\n");
    }

    private void head(Point from, Point tip, String label) {
        double dx = tip.x - from.x;
        double dy = tip.y - from.y;
        double length = Math.max(1, Math.hypot(dx, dy));
        double ux = dx / length * 11;
        double uy = dy / length * 11;
        out.append("<path class=\"head ").append(label).append("\" d=\"M").append(at(tip));
        out.append(" L").append(at(new Point(tip.x - ux + uy * 0.5, tip.y - uy - ux * 0.5)));
        out.append(" L").append(at(new Point(tip.x - ux - uy * 0.5, tip.y - uy + ux * 0.5)));
        out.append(" Z\"/>\n");
    }

    private void box(Box box) {
        double left = box.x - WIDTH / 2;
        double top = box.y - box.height() / 2;
        out.append("<rect class=\"node\" rx=\"8\" x=\"")
                .append(number(left))
                .append("\" y=\"")
                .append(number(top))
                .append("\" width=\"")
                .append(number(WIDTH))
                .append("\" height=\"")
                .append(number(box.height()))
                .append("\"/>\n");
        for (int i = 0; i < box.lines().size(); i++) {
            out.append("<text class=\"")
                    .append(i == 0 ? "name" : "step")
                    .append("\" x=\"")
                    .append(number(left + PADDING))
                    .append("\" y=\"")
                    .append(number(top + PADDING + LINE * i + 12.5))
                    .append("\">")
                    .append(Html.text(box.lines().get(i)))
                    .append("</text>\n");
        }
    }

    /** The name and place, then the steps one below the other. */
    private static List<String> lines(String description) {
        int open = description.indexOf('{');
        List<String> lines = new ArrayList<>();
        lines.add(cut(open < 0 ? description : description.substring(0, open).strip()));
        if (open >= 0) {
            String steps = description.substring(open + 1, description.length() - 1);
            // Steps are separated as the elements of lists are, but begin with a word of their own.
            for (String step : steps.split(", (?=append |read |write )", -1)) {
                if (lines.size() == LINES_MAX) {
                    lines.set(LINES_MAX - 1, "...");
                    break;
                }
                lines.add(cut(step));
            }
        }
        return lines;
    }

    private static String cut(String line) {
        return line.length() <= CHARS_MAX ? line : line.substring(0, CHARS_MAX - 1) + "\u2026";
    }

    private static String at(Point point) {
        return number(point.x) + " " + number(point.y);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
