package dev.danta.client;

import org.jspecify.annotations.Nullable;

/** Where a change feed begins. Immutable. */
public final class From {
    enum Kind {
        NOW,
        SNAPSHOT,
        CURSOR
    }

    private static final From NOW = new From(Kind.NOW, null);
    private static final From SNAPSHOT = new From(Kind.SNAPSHOT, null);

    private final Kind kind;
    private final @Nullable FeedPosition position;

    private From(Kind kind, @Nullable FeedPosition position) {
        this.kind = kind;
        this.position = position;
    }

    /** What comes from now on: everything that is committed, or acknowledged by a quorum, after the feed was opened. */
    public static From now() {
        return NOW;
    }

    /**
     * What is there now, read strictly and page by page, and then what comes: of strict tables only. What comes begins a
     * little before the snapshot, so it may once more lead up to what the snapshot has shown.
     */
    public static From snapshot() {
        return SNAPSHOT;
    }

    /**
     * Behind a batch that was handled before ({@link ChangeBatch#cursor}), by this client or any other.
     *
     * @throws IllegalArgumentException if it is no cursor
     */
    public static From cursor(String cursor) {
        FeedPosition position = FeedPosition.parse(Given.notNull("a feed's cursor", cursor));
        return position == null ? SNAPSHOT : new From(Kind.CURSOR, position);
    }

    Kind kind() {
        return kind;
    }

    /** Of a cursor, and only of that. */
    @Nullable
    FeedPosition position() {
        return position;
    }

    @Override
    public String toString() {
        return kind == Kind.CURSOR ? "cursor " + position : kind == Kind.NOW ? "now" : "snapshot";
    }
}
