package dev.danta.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.danta.ir.id.ReplicaId;
import dev.danta.node.storage.Durability;
import dev.danta.node.storage.StoreSettings;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.WireLimits;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes settings of what a file and the environment say; every complaint names the place. */
final class SettingsReader {
    private static final int MESSAGE_BYTES_LEAST = 4096;
    private static final String SYNC = "sync";
    private static final String GROUP = "group";
    private static final String NOSYNC = "nosync";
    private static final Duration GROUP_WINDOW = Duration.ofMillis(2);

    private final @Nullable Path file;
    private final String name;
    private final SettingsSource source;

    /** @param file that was read; null if there is none, but only the command line */
    SettingsReader(@Nullable Path file, SettingsSource source) {
        this.file = file;
        this.name = file == null ? "the command line" : file.toString();
        this.source = source;
    }

    NodeSettings read() {
        NodeSettings.Self node = node();
        NodeSettings.Storage storage = storage();
        NodeSettings.Limits limits = limits();
        return checked(() -> new NodeSettings(node, storage, limits));
    }

    private NodeSettings.Self node() {
        int id = count(SettingKey.NODE_ID, null);
        String listen = text(SettingKey.NODE_LISTEN);
        String folder = text(SettingKey.NODE_DATA_DIR);
        HostAndPort address = at(SettingKey.NODE_LISTEN, () -> HostAndPort.parse(listen));
        HostAndPort configListen = address(SettingKey.NODE_CONFIG_LISTEN, NodeSettings.Self.besides(address));
        HostAndPort advertise = address(SettingKey.NODE_ADVERTISE, address);
        HostAndPort configAdvertise = address(SettingKey.NODE_CONFIG_ADVERTISE, configListen);
        List<HostAndPort> seeds = seeds();
        Path dataDir = path(folder);
        return checked(() -> new NodeSettings.Self(
                new ReplicaId(id), address, dataDir, configListen, advertise, configAdvertise, seeds));
    }

    private Path path(String folder) {
        try {
            return Path.of(folder);
        } catch (InvalidPathException wrong) {
            throw new NodeSettings.Invalid(place(SettingKey.NODE_DATA_DIR) + " is not a path: " + wrong.getReason());
        }
    }

    private HostAndPort address(SettingKey key, HostAndPort usual) {
        if (source.given(key) == null) {
            return usual;
        }
        String given = text(key);
        return at(key, () -> HostAndPort.parse(given));
    }

    /** A list, or a text with commas, which is all that a variable or a flag can say. */
    private List<HostAndPort> seeds() {
        SettingsSource.Given given = source.given(SettingKey.NODE_SEEDS);
        if (given == null) {
            return List.of();
        }
        List<HostAndPort> seeds = new ArrayList<>();
        for (String seed : texts(given)) {
            seeds.add(at(SettingKey.NODE_SEEDS, () -> HostAndPort.parse(seed.strip())));
        }
        return seeds;
    }

    private static List<String> texts(SettingsSource.Given given) {
        if (given.value().isTextual()) {
            return List.of(given.value().textValue().split(","));
        }
        if (!given.value().isArray()) {
            throw noAddresses(given);
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode entry : given.value()) {
            if (!entry.isTextual()) {
                throw noAddresses(given);
            }
            texts.add(entry.textValue());
        }
        return texts;
    }

    private static NodeSettings.Invalid noAddresses(SettingsSource.Given given) {
        return new NodeSettings.Invalid(
                given.place() + " is a list of addresses, as [\"127.0.0.1:7401\"], not " + given.value());
    }

    private NodeSettings.Storage storage() {
        StoreSettings map = NodeSettings.STORAGE_DEFAULT.map();
        long size = size(SettingKey.STORAGE_MAP_SIZE, map.mapSizeBytes(), StoreSettings.MAP_SIZE_BYTES_MIN);
        long sizeMax = size(SettingKey.STORAGE_MAP_SIZE_MAX, Math.max(size, map.mapSizeBytesMax()), size);
        int snapshots = count(SettingKey.STORAGE_SNAPSHOTS, map.snapshotsMax());
        Duration delay = duration(SettingKey.STORAGE_DECISION_DELAY, NodeSettings.STORAGE_DEFAULT.decisionDelay());
        String mode = durability();
        Durability durability = mode.equals(NOSYNC) ? Durability.NOSYNC : Durability.SYNC;
        Duration groupWindow = duration(SettingKey.STORAGE_GROUP_WINDOW, GROUP_WINDOW);
        Duration window = mode.equals(GROUP) ? groupWindow : Duration.ZERO;
        StoreSettings sizes =
                at(SettingKey.STORAGE_SNAPSHOTS, () -> new StoreSettings(size, sizeMax, snapshots, durability));
        NodeSettings.Forgetting usual = NodeSettings.Forgetting.DEFAULT;
        Duration after = duration(SettingKey.STORAGE_FORGET_AFTER, usual.after());
        Duration every = duration(SettingKey.STORAGE_FORGET_EVERY, usual.every());
        int feedEntries = count(SettingKey.STORAGE_FEED_ENTRIES, usual.feedEntries());
        return checked(() ->
                new NodeSettings.Storage(sizes, delay, window, new NodeSettings.Forgetting(after, every, feedEntries)));
    }

    private String durability() {
        String mode = source.given(SettingKey.STORAGE_DURABILITY) == null ? SYNC : text(SettingKey.STORAGE_DURABILITY);
        if (!List.of(SYNC, GROUP, NOSYNC).contains(mode)) {
            throw new NodeSettings.Invalid(place(SettingKey.STORAGE_DURABILITY)
                    + " is \"sync\", \"group\" or \"nosync\", not \"" + mode + "\"");
        }
        return mode;
    }

    private NodeSettings.Limits limits() {
        NodeSettings.Limits usual = NodeSettings.Limits.DEFAULT;
        WireLimits wire = usual.wire();
        int messageBytes = bytes(SettingKey.LIMITS_MESSAGE_SIZE, wire.messageBytesMax(), MESSAGE_BYTES_LEAST);
        int replyBytes = bytes(SettingKey.LIMITS_REPLY_SIZE, wire.replyBytesMax(), MESSAGE_BYTES_LEAST);
        int valueBytes = bytes(SettingKey.LIMITS_VALUE_SIZE, wire.valueBytesMax(), 0);
        int keys = count(SettingKey.LIMITS_KEYS_PER_TRANSACTION, wire.keysPerTransactionMax());
        WireLimits sizes = at(
                SettingKey.LIMITS_VALUE_SIZE,
                () -> new WireLimits(
                        messageBytes,
                        replyBytes,
                        valueBytes,
                        keys,
                        wire.participantsMax(),
                        wire.envelopesPerFrameMax(),
                        wire.counterEntriesMax(),
                        wire.textCharsMax()));
        int inboxMessages = count(SettingKey.LIMITS_INBOX_MESSAGES, usual.inboxMessages());
        long inboxBytes = size(SettingKey.LIMITS_INBOX_SIZE, Math.max(usual.inboxBytes(), messageBytes), messageBytes);
        int batchMessages = count(SettingKey.LIMITS_BATCH_MESSAGES, usual.batchMessages());
        int clients = count(SettingKey.LIMITS_CLIENTS, usual.clients());
        Duration ahead = duration(SettingKey.LIMITS_MAX_CLOCK_AHEAD, usual.maxClockAhead());
        return checked(() -> new NodeSettings.Limits(inboxMessages, inboxBytes, batchMessages, clients, ahead, sizes));
    }

    private interface Making<T> {
        T make();
    }

    /** What is wrong with several keys together. */
    private <T> T checked(Making<T> making) {
        try {
            return making.make();
        } catch (IllegalArgumentException wrong) {
            throw new NodeSettings.Invalid(name + ": " + wrong.getMessage());
        }
    }

    private <T> T at(SettingKey key, Making<T> making) {
        try {
            return making.make();
        } catch (IllegalArgumentException wrong) {
            throw new NodeSettings.Invalid(place(key) + ": " + wrong.getMessage());
        }
    }

    private String place(SettingKey key) {
        SettingsSource.Given given = source.given(key);
        return given == null ? name + ": " + key.path() : given.place();
    }

    private String text(SettingKey key) {
        SettingsSource.Given given = source.given(key);
        if (given == null) {
            throw missing(key);
        }
        if (!given.value().isTextual()) {
            throw new NodeSettings.Invalid(given.place() + " is a text in quotes, not " + given.value());
        }
        return given.value().textValue();
    }

    private NodeSettings.Invalid missing(SettingKey key) {
        return file == null
                ? new NodeSettings.Invalid("say " + key.flag() + ", or --config with a file that has " + key.path())
                : new NodeSettings.Invalid(file + ": " + key.path() + " is missing");
    }

    /** A number from 1 on; required where {@code usual} is null. */
    private int count(SettingKey key, @Nullable Integer usual) {
        SettingsSource.Given given = source.given(key);
        if (given == null) {
            if (usual == null) {
                throw missing(key);
            }
            return usual;
        }
        long number = wholeNumber(given.value().asText());
        if (number < 1 || number > Integer.MAX_VALUE || given.value().isFloatingPointNumber()) {
            throw new NodeSettings.Invalid(given.place() + " is a whole number from 1 on, not " + given.value());
        }
        return (int) number;
    }

    private int bytes(SettingKey key, int usual, int least) {
        long size = size(key, usual, least);
        if (size > Integer.MAX_VALUE) {
            throw new NodeSettings.Invalid(place(key) + " is below 2 GiB");
        }
        return (int) size;
    }

    private long size(SettingKey key, long usual, long least) {
        long size = measured(key, usual, "a size, as \"64 MiB\"", SettingsReader::bytesIn);
        if (size < least) {
            throw new NodeSettings.Invalid(place(key) + " is at least " + least + " bytes, not " + size);
        }
        return size;
    }

    private static long bytesIn(String unit) {
        return switch (unit) {
            case "", "b" -> 1;
            case "kib" -> 1L << 10;
            case "mib" -> 1L << 20;
            case "gib" -> 1L << 30;
            case "tib" -> 1L << 40;
            default -> 0;
        };
    }

    private Duration duration(SettingKey key, Duration usual) {
        return Duration.ofNanos(measured(key, usual.toNanos(), "a duration, as \"250 ms\"", SettingsReader::nanosIn));
    }

    private static long nanosIn(String unit) {
        return switch (unit) {
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "min" -> 60_000_000_000L;
            default -> 0;
        };
    }

    private interface Unit {
        /** What it stands for; 0 if there is no such unit. */
        long factor(String lowerCase);
    }

    private long measured(SettingKey key, long usual, String what, Unit units) {
        SettingsSource.Given given = source.given(key);
        if (given == null) {
            return usual;
        }
        String text = given.value().asText().strip();
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        long number = wholeNumber(text.substring(0, digits));
        long factor = units.factor(text.substring(digits).strip().toLowerCase(Locale.ROOT));
        if (number < 0 || factor == 0 || number > Long.MAX_VALUE / factor) {
            throw new NodeSettings.Invalid(given.place() + " is " + what + ", not " + given.value());
        }
        return number * factor;
    }

    /** -1 if it is none. */
    private static long wholeNumber(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException none) {
            return -1;
        }
    }
}
