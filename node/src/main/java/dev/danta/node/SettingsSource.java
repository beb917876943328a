package dev.danta.node;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a file and the environment say, key by key and not yet understood; unknown keys are found here.
 *
 * @param values by key, each with the place that it stands in
 */
record SettingsSource(Map<SettingKey, Given> values) {
    private static final String VARIABLE_START = "DANTA_";

    /** A value and where it was found: a file and its key, or a variable. */
    record Given(String place, JsonNode value) {}

    /** @param flags of the command line, by their names; they go before variables, and those before the file */
    static SettingsSource of(@Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
        Map<SettingKey, Given> values = new EnumMap<>(SettingKey.class);
        if (file != null) {
            take(file, values);
        }
        override(values, environment);
        for (SettingKey key : SettingKey.values()) {
            String text = flags.get(key.flag());
            if (text != null) {
                values.put(key, new Given(key.flag(), text(text)));
            }
        }
        return new SettingsSource(values);
    }

    private static JsonNode text(String text) {
        return new TomlMapper().getNodeFactory().textNode(text);
    }

    /** What stands in the file. */
    private static void take(Path file, Map<SettingKey, Given> values) {
        JsonNode tree = parse(file);
        requireKnown(file, "", tree);
        for (SettingKey key : SettingKey.values()) {
            JsonNode value = tree.at("/" + key.path().replace('.', '/'));
            if (!value.isMissingNode()) {
                values.put(key, new Given(file + ": " + key.path(), value));
            }
        }
    }

    private static JsonNode parse(Path file) {
        try {
            return new TomlMapper().readTree(Files.readString(file));
        } catch (JacksonException notToml) {
            throw new NodeSettings.Invalid(file + ", " + placeOf(notToml) + ": is not TOML: "
                    + notToml.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (NoSuchFileException missing) {
            throw new NodeSettings.Invalid(file + ": there is no such file");
        } catch (MalformedInputException binary) {
            throw new NodeSettings.Invalid(file + ": is not text in UTF-8");
        } catch (IOException unreadable) {
            throw new NodeSettings.Invalid(file + ": cannot be read: " + unreadable.getMessage());
        }
    }

    private static String placeOf(JacksonException notToml) {
        var location = notToml.getLocation();
        return location == null ? "somewhere" : "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** Every table of the file is one that keys are known in, and every other entry is a known key. */
    private static void requireKnown(Path file, String table, JsonNode entries) {
        for (var entry : entries.properties()) {
            String path = table.isEmpty() ? entry.getKey() : table + "." + entry.getKey();
            boolean isTable = entry.getValue().isObject();
            boolean known = isTable
                    ? SettingKey.paths().anyMatch(key -> key.startsWith(path + "."))
                    : SettingKey.paths().anyMatch(path::equals);
            if (!known) {
                throw unknown(file, path, isTable ? tables() : SettingKey.paths());
            }
            if (isTable) {
                requireKnown(file, path, entry.getValue());
            }
        }
    }

    private static Stream<String> tables() {
        return SettingKey.paths()
                .map(path -> path.substring(0, path.indexOf('.')))
                .distinct();
    }

    private static NodeSettings.Invalid unknown(Path file, String path, Stream<String> known) {
        return new NodeSettings.Invalid(
                file + ": " + path + " is not a known key; the nearest is " + SettingKey.nearest(path, known));
    }

    private static void override(Map<SettingKey, Given> values, Map<String, String> environment) {
        TreeMap<String, SettingKey> byVariable = new TreeMap<>();
        for (SettingKey key : SettingKey.values()) {
            byVariable.put(key.variable(), key);
        }
        for (var variable : new TreeMap<>(environment).entrySet()) {
            SettingKey key = byVariable.get(variable.getKey());
            if (key != null) {
                values.put(key, new Given("the variable " + variable.getKey(), text(variable.getValue())));
            } else if (looksLikeAKey(variable.getKey())) {
                throw new NodeSettings.Invalid(
                        "the variable " + variable.getKey() + " overrides no known key; the nearest is "
                                + SettingKey.nearest(variable.getKey(), byVariable.keySet().stream()));
            }
        }
    }

    /** Other variables of ours are not settings. */
    private static boolean looksLikeAKey(String variable) {
        return tables().anyMatch(table -> variable.startsWith(VARIABLE_START + table.toUpperCase(Locale.ROOT) + "_"));
    }

    @Nullable
    Given given(SettingKey key) {
        return values.get(key);
    }
}
