package dev.danta.node;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** The keys of a settings file. */
enum SettingKey {
    NODE_ID("node.id", "--id"),
    NODE_LISTEN("node.listen", "--listen"),
    NODE_DATA_DIR("node.data-dir", "--data"),
    NODE_SEEDS("node.seeds", "--join"),
    NODE_CONFIG_LISTEN("node.config-listen", "--config-listen"),
    NODE_ADVERTISE("node.advertise", "--advertise"),
    NODE_CONFIG_ADVERTISE("node.config-advertise", "--config-advertise"),
    STORAGE_MAP_SIZE("storage.map-size"),
    STORAGE_MAP_SIZE_MAX("storage.map-size-max"),
    STORAGE_SNAPSHOTS("storage.snapshots"),
    STORAGE_DECISION_DELAY("storage.decision-delay"),
    STORAGE_DURABILITY("storage.durability"),
    STORAGE_GROUP_WINDOW("storage.group-window"),
    STORAGE_FORGET_AFTER("storage.forget-after"),
    STORAGE_FORGET_EVERY("storage.forget-every"),
    STORAGE_FEED_ENTRIES("storage.feed-entries"),
    LIMITS_INBOX_MESSAGES("limits.inbox-messages"),
    LIMITS_INBOX_SIZE("limits.inbox-size"),
    LIMITS_BATCH_MESSAGES("limits.batch-messages"),
    LIMITS_CLIENTS("limits.clients"),
    LIMITS_MAX_CLOCK_AHEAD("limits.max-clock-ahead"),
    LIMITS_MESSAGE_SIZE("limits.message-size"),
    LIMITS_REPLY_SIZE("limits.reply-size"),
    LIMITS_VALUE_SIZE("limits.value-size"),
    LIMITS_KEYS_PER_TRANSACTION("limits.keys-per-transaction");

    private final String path;
    private final String flag;

    SettingKey(String path) {
        this(path, "");
    }

    SettingKey(String path, String flag) {
        this.path = path;
        this.flag = flag;
    }

    /** The command line's option that overrides it; empty if there is none. */
    String flag() {
        return flag;
    }

    String path() {
        return path;
    }

    /** The environment's variable that overrides it, as in {@code DANTA_NODE_DATA_DIR}. */
    String variable() {
        return "DANTA_" + path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    static Stream<String> paths() {
        return Stream.of(values()).map(SettingKey::path);
    }

    /** The one of {@code known} that takes the fewest changes of a character to become {@code unknown}. */
    static String nearest(String unknown, Stream<String> known) {
        return known.min(Comparator.comparingInt(candidate -> editDistance(unknown, candidate)))
                .orElseThrow();
    }

    /** Levenshtein's distance: characters put in, left out or exchanged. */
    static int editDistance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int exchanged = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(exchanged, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
