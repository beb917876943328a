package dev.danta.check.txn;

import org.jspecify.annotations.Nullable;

/** What is asked of a table with a feed of its changes. */
public sealed interface FeedInput {
    /** Be this value. */
    record Put(String key, String value) implements FeedInput {
        @Override
        public String toString() {
            return "put " + key + " = " + value;
        }
    }

    /**
     * What has changed?
     *
     * @param cursor after what, as an answer has said it before; null for everything
     * @param last whether all changes are over and everybody had time to hear of them, and the answer goes to their end
     */
    record Poll(@Nullable String cursor, boolean last) implements FeedInput {
        @Override
        public String toString() {
            return (last ? "final poll" : "poll") + (cursor == null ? " from the beginning" : " from " + cursor);
        }
    }
}
