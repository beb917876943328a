package dev.danta.check.report;

import dev.danta.check.txn.Anomaly;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A cycle of transactions as a drawing: boxes on an ellipse, clockwise from the top left, and arrows from each to the next.
 * Two stand side by side. Everything is computed here; colours come from the page's style sheet.
 */
public final class CycleDrawing {
    /** Of longer cycles the first are drawn. */
    private static final int NODES_MAX = 10;

    private static final int LINES_MAX = 5;
    private static final int CHARS_MAX = 34;
    private static final double WIDTH = 262;
    private static final double LINE = 17;
    private static final double PADDING = 12;
    private static final double GAP = 6;
    private static final double MARGIN = 8;
    /** Half the height of an arrow's name, and some. */
    private static final double LABEL = 14;

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
        double right = rx + WIDTH / 2;
        double left = -right;
        // Arrows bend outwards; no curve leaves the triangle of its ends and its control point.
        for (int i = 0; i < arrows(); i++) {
            Point control = control(boxes.get(i), boxes.get((i + 1) % nodes));
            Point middle = middle(boxes.get(i), control, boxes.get((i + 1) % nodes));
            top = Math.min(top, middle.y - LABEL);
            bottom = Math.max(bottom, middle.y + LABEL);
            left = Math.min(left, middle.x - 2 * LABEL);
            right = Math.max(right, middle.x + 2 * LABEL);
        }
        width = right - left + 2 * MARGIN;
        height = bottom - top + 2 * MARGIN;
        double down = MARGIN - top;
        double aside = MARGIN - left;
        boxes.replaceAll(box -> new Box(aside + box.x, down + box.y, box.lines));
    }

    /** Of a cycle that is cut short the last arrow is missing. */
    private int arrows() {
        return boxes.size() == edges.size() ? boxes.size() : boxes.size() - 1;
    }

    /** The drawing of a cycle; empty for what is none. */
    static String of(Anomaly<?, ?> anomaly) {
        return anomaly.edges().isEmpty()
                ? ""
                : new CycleDrawing(anomaly).draw(anomaly.kind().label());
    }

    /**
     * A cycle as an SVG file of its own, which needs nothing else and is light or dark as its reader is; empty for what is no
     * cycle.
     */
    public static Optional<String> svg(Anomaly<?, ?> anomaly) {
        if (anomaly.edges().isEmpty()) {
            return Optional.empty();
        }
        CycleDrawing drawing = new CycleDrawing(anomaly);
        StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        String inner = drawing.draw(anomaly.kind().label());
        int styleAt = inner.indexOf('\n') + 1;
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\"")
                .append(inner, "<svg".length(), styleAt)
                .append("<style>\n")
                .append(Looks.DRAWING)
                .append("</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n")
                .append(inner, styleAt, inner.length());
        return Optional.of(out.toString());
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
        for (int i = 0; i < arrows(); i++) {
            arrow(boxes.get(i), boxes.get((i + 1) % boxes.size()), edges.get(i));
        }
        boxes.forEach(this::box);
        return out.append("</svg>\n").toString();
    }

    /** Where an arrow is drawn to: outwards, so that the two ways between two boxes stay apart. */
    private Point control(Box from, Box to) {
        double dx = to.x - from.x;
        double dy = to.y - from.y;
        double length = Math.max(1, Math.hypot(dx, dy));
        double bend = boxes.size() == 2 ? 0.30 * Math.max(length, 200) : 0.10 * length;
        return new Point((from.x + to.x) / 2 + dy / length * bend, (from.y + to.y) / 2 - dx / length * bend);
    }

    private static Point middle(Box from, Point control, Box to) {
        Point begin = from.edgeTowards(control);
        Point end = to.edgeTowards(control);
        return new Point(
                0.25 * begin.x + 0.5 * control.x + 0.25 * end.x, 0.25 * begin.y + 0.5 * control.y + 0.25 * end.y);
    }

    private void arrow(Box from, Box to, String label) {
        Point control = control(from, to);
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
        Point middle = middle(from, control, to);
        out.append("<text class=\"edge ")
                .append(label)
                .append("\" x=\"")
                .append(number(middle.x))
                .append("\" y=\"")
                .append(number(middle.y + 4.5))
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
