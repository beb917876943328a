package dev.danta.check.history;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What histories are written in. Reading finds out by itself. */
public enum HistoryFormat {
    /** Our own: a JSON object a line, the first may be a header. */
    JSON_LINES("jsonl", "JSON Lines"),
    /** One array of the same objects, without a header. */
    JSON_ARRAY("json", "JSON array"),
    /** A map a line, as Jepsen writes it, without a header. */
    EDN("edn", "EDN");

    private final String label;
    private final String title;

    HistoryFormat(String label, String title) {
        this.label = label;
        this.title = title;
    }

    /** The word on a command line, which is the usual end of a file's name, too. */
    public String label() {
        return label;
    }

    /** The name in a sentence. */
    public String title() {
        return title;
    }

    /** Whether there is a place for what a history says about itself. */
    public boolean hasHeader() {
        return this == JSON_LINES;
    }

    /** The format that a file's name ends with, before {@code .gz} if it is compressed. */
    public static Optional<HistoryFormat> named(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        if (plain.endsWith(".ndjson")) {
            return Optional.of(JSON_LINES);
        }
        for (HistoryFormat format : values()) {
            if (plain.endsWith("." + format.label)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
