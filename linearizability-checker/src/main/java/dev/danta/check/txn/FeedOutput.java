package dev.danta.check.txn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a table with a feed answers. */
public sealed interface FeedOutput {
    /**
     * To a put.
     *
     * @param version a number that grows with every change of the key, or null where that was not recorded
     */
    record Done(@Nullable Long version) implements FeedOutput {
        @Override
        public String toString() {
            return version == null ? "done" : "version " + version;
        }
    }

    /**
     * To a poll.
     *
     * @param changes in the order in which they are to be taken
     * @param cursor from where to go on; null for from here nowhere
     * @param reset whether what was asked for is there no longer, and these are the present values in place of it
     */
    record Polled(List<Change> changes, @Nullable String cursor, boolean reset) implements FeedOutput {
        private static final int SHOWN_MAX = 6;

        public Polled {
            changes = List.copyOf(changes);
        }

        @Override
        public String toString() {
            int cut = Math.max(0, changes.size() - SHOWN_MAX);
            return (reset ? "start over with " : "")
                    + (cut == 0 ? "" : cut + " more, ")
                    + changes.subList(cut, changes.size())
                    + (cursor == null ? "" : ", then from " + cursor);
        }
    }

    /** One change. */
    record Change(String key, String value, @Nullable Long version) {
        @Override
        public String toString() {
            return key + " = " + value + (version == null ? "" : " in version " + version);
        }
    }
}
