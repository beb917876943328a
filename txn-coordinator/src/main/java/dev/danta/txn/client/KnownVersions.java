package dev.danta.txn.client;

import dev.danta.occ.Key;
import dev.danta.occ.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The newest versions that this client has learned of lately: its own commits, and what refusals reported. A replica that
 * has not applied them yet would let the next transaction read an older version only to be refused. Reads are validated
 * anyway, so an entry that is out of date costs a retry and never a wrong commit.
 */
final class KnownVersions {
    private final int entriesMax;
    private final int valueBytesMax;
    private final Map<Key, Version> versions = new LinkedHashMap<>();

    KnownVersions(int entriesMax, int valueBytesMax) {
        this.entriesMax = entriesMax;
        this.valueBytesMax = valueBytesMax;
    }

    /** Remembers {@code version} unless a newer one is known; forgets what was learned longest ago beyond the bound. */
    void learn(Key key, Version version) {
        if (version.value() != null && version.value().size() > valueBytesMax) {
            return;
        }
        Version before = versions.remove(key);
        versions.put(key, before == null ? version : newer(before, version));
        if (versions.size() > entriesMax) {
            versions.remove(versions.keySet().iterator().next());
        }
    }

    /** The newer of {@code read} and what is known. */
    Version orNewer(Key key, Version read) {
        return newer(Objects.requireNonNullElse(versions.get(key), read), read);
    }

    private static Version newer(Version one, Version other) {
        return one.timestamp().compareTo(other.timestamp()) > 0 ? one : other;
    }
}
