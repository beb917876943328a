package dev.danta.cli.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How numbers are written for people: narrow, and plain ASCII. */
final class Words {
    private static final int HASH_CHARS = 8;

    private Words() {}

    /**
     * Numbers that follow each other.
     *
     * @param first of them
     * @param last of them
     */
    record Range(int first, int last) {
        boolean isOne() {
            return first == last;
        }

        String named(String one, String several) {
            return isOne() ? one + " " + first : several + " " + this;
        }

        @Override
        public String toString() {
            return isOne() ? String.valueOf(first) : first + ".." + last;
        }
    }

    /** The same numbers, which ascend, as few ranges. */
    static List<Range> ranges(List<Integer> numbers) {
        List<Range> ranges = new ArrayList<>();
        for (int number : numbers) {
            int last = ranges.size() - 1;
            if (last >= 0 && ranges.get(last).last() == number - 1) {
                ranges.set(last, new Range(ranges.get(last).first(), number));
            } else {
                ranges.add(new Range(number, number));
            }
        }
        return ranges;
    }

    /** {@code 1 2 3}, and {@code -} for none. */
    static String list(List<Integer> numbers) {
        return numbers.isEmpty() ? "-" : numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /** {@code node 1}, {@code nodes 1 2 3}. */
    static String nodes(List<Integer> numbers) {
        return (numbers.size() == 1 ? "node " : "nodes ") + list(numbers);
    }

    /** {@code 1 node}, {@code 2 nodes}. */
    static String quantity(long number, String one, String several) {
        return count(number) + " " + (number == 1 ? one : several);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String size(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < units.length - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || size >= 100 ? "%.0f %s" : "%.1f %s", size, units[unit]);
    }

    static String time(long millis) {
        long seconds = millis / 1000;
        if (seconds < 100) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 100) {
            return minutes + " min";
        }
        long hours = minutes / 60;
        return hours < 48 ? hours + " h" : hours / 24 + " d";
    }

    /** The start of a hash, which is enough to see a difference. */
    static String start(String hash) {
        return hash.length() <= HASH_CHARS ? hash : hash.substring(0, HASH_CHARS);
    }

    /** Without its middle, if it is longer than that: of an address the start and the end tell most. */
    static String cut(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        int end = (chars - 2) / 2;
        return text.substring(0, chars - 2 - end) + ".." + text.substring(text.length() - end);
    }

    /** Lines of at most so many characters; a word that is longer stands alone. */
    static List<String> wrapped(String text, int chars) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > chars) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
