package dev.danta.cli.report;

import java.util.Locale;

/** Writes one drawing. Colours come from the page's style sheet through class names. */
final class Svg {
    private final StringBuilder out = new StringBuilder(16_384);

    Svg(int width, int height, String title) {
        out.append("<svg viewBox=\"0 0 ").append(width).append(' ').append(height);
        out.append("\" role=\"img\" aria-label=\"").append(Text.escaped(title)).append("\">\n");
    }

    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    Svg line(String kind, double x1, double y1, double x2, double y2) {
        out.append("<line class=\"").append(kind);
        attribute("x1", x1).attribute("y1", y1).attribute("x2", x2).attribute("y2", y2);
        out.append("\"/>\n");
        return this;
    }

    Svg rectangle(String kind, double x, double y, double width, double height) {
        out.append("<rect class=\"").append(kind);
        attribute("x", x).attribute("y", y).attribute("width", width).attribute("height", height);
        out.append("\"/>\n");
        return this;
    }

    Svg circle(String kind, double x, double y, double radius) {
        out.append("<circle class=\"").append(kind);
        attribute("cx", x).attribute("cy", y).attribute("r", radius);
        out.append("\"/>\n");
        return this;
    }

    Svg path(String kind, CharSequence commands) {
        out.append("<path class=\"")
                .append(kind)
                .append("\" d=\"")
                .append(commands)
                .append("\"/>\n");
        return this;
    }

    /** @param anchor start, middle or end */
    Svg text(String kind, double x, double y, String anchor, String text) {
        out.append("<text class=\"").append(kind);
        attribute("x", x).attribute("y", y);
        out.append("\" text-anchor=\"")
                .append(anchor)
                .append("\">")
                .append(Text.escaped(text))
                .append("</text>\n");
        return this;
    }

    private Svg attribute(String name, double value) {
        out.append("\" ").append(name).append("=\"").append(number(value));
        return this;
    }

    @Override
    public String toString() {
        return out + "</svg>\n";
    }
}
