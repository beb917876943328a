package dev.danta.sim.run;

import dev.danta.sim.kernel.Coverage;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How often everything happened, in groups, two columns on a terminal of 80. */
final class CoverageTable {
    private static final int NAME_WIDTH = 26;
    private static final int COUNT_WIDTH = 10;
    private static final int COLUMNS = 2;

    private CoverageTable() {}

    static void print(Coverage coverage, PrintWriter out) {
        TreeMap<String, List<String>> groups = new TreeMap<>();
        for (Map.Entry<String, Long> entry : coverage.counts().entrySet()) {
            String[] words = entry.getKey().split(" ", 2);
            String name = words.length == 2 ? words[1] : words[0];
            groups.computeIfAbsent(words[0], g -> new ArrayList<>()).add(cell(name, entry.getValue()));
        }
        groups.forEach((group, cells) -> {
            out.println(group);
            for (int i = 0; i < cells.size(); i += COLUMNS) {
                out.println("  " + String.join("   ", cells.subList(i, Math.min(i + COLUMNS, cells.size()))));
            }
        });
    }

    /** A name that is too long shares the room of its count. */
    private static String cell(String name, long count) {
        int width = Math.max(COUNT_WIDTH - Math.max(0, name.length() - NAME_WIDTH), 1);
        return String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s%" + width + "d", name, count);
    }
}
