package dev.danta.cli.status;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table that fits into a width: one of its columns may be cut, the last one goes on in further lines. A column is as wide as
 * what stands in it.
 */
final class Grid {
    private static final String BETWEEN = "  ";
    private static final int CUT_CHARS_MIN = 12;
    private static final int LAST_CHARS_MIN = 10;

    private final int width;
    private final int cuttable;
    private final String left;
    private final List<String> header;
    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * What stands in a row and column.
     *
     * @param tone it is printed in
     */
    record Cell(String text, Tone tone) {
        static Cell of(String text) {
            return new Cell(text, Tone.PLAIN);
        }
    }

    /**
     * An empty table.
     *
     * @param cuttable the column that may be cut; -1 for none
     * @param left for each column {@code <} if it stands to the left, else {@code >}
     */
    Grid(int width, int cuttable, String left, List<String> header) {
        this.width = width;
        this.cuttable = cuttable;
        this.left = left;
        this.header = List.copyOf(header);
    }

    void add(List<Cell> row) {
        rows.add(List.copyOf(row));
    }

    List<String> lines(Ink ink) {
        int[] widths = widths();
        List<String> lines = new ArrayList<>();
        lines.addAll(printed(
                header.stream().map(text -> new Cell(text, Tone.FAINT)).toList(), widths, ink));
        rows.forEach(row -> lines.addAll(printed(row, widths, ink)));
        return lines;
    }

    private int[] widths() {
        int[] widths = new int[header.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = header.get(column).length();
            for (List<Cell> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).text().length());
            }
        }
        int over = Arrays.stream(widths).sum() + BETWEEN.length() * (widths.length - 1) - width;
        if (over > 0 && cuttable >= 0) {
            int cut = Math.min(over, Math.max(0, widths[cuttable] - CUT_CHARS_MIN));
            widths[cuttable] -= cut;
            over -= cut;
        }
        int last = widths.length - 1;
        if (over > 0) {
            widths[last] = Math.max(LAST_CHARS_MIN, widths[last] - over);
        }
        return widths;
    }

    private List<String> printed(List<Cell> row, int[] widths, Ink ink) {
        int last = widths.length - 1;
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < last; column++) {
            Cell cell = row.get(column);
            String text = Words.cut(cell.text(), widths[column]);
            String space = " ".repeat(widths[column] - text.length());
            boolean isLeft = left.charAt(column) == '<';
            line.append(isLeft ? "" : space)
                    .append(ink.in(cell.tone(), text))
                    .append(isLeft ? space : "")
                    .append(BETWEEN);
        }
        int indent = Arrays.stream(widths, 0, last).sum() + BETWEEN.length() * last;
        List<String> lines = new ArrayList<>();
        for (String text : Words.wrapped(row.get(last).text(), widths[last])) {
            String space = left.charAt(last) == '<' ? "" : " ".repeat(Math.max(0, widths[last] - text.length()));
            String start = lines.isEmpty() ? line.toString() : " ".repeat(indent);
            lines.add((start + space + ink.in(row.get(last).tone(), text)).stripTrailing());
        }
        return lines;
    }
}
