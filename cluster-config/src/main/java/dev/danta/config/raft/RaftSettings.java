package dev.danta.config.raft;

import java.time.Duration;

/**
 * What may be chosen about the configuration's group. Nothing of it touches operations: they never wait for the group.
 *
 * @param electionMin the least time without a leader before another one is elected; short notices a dead one sooner, long
 *     keeps a busy one in office
 * @param electionMax the greatest such time; some way above the least, so that two seldom try at once
 * @param requestTimeout after how long one attempt to ask the group is given up and another node is tried
 * @param snapshotEntries after how many requests the state is written down and the log shortened
 * @param snapshotEvery after how long, if anything has changed at all: for a quiet group never has so many requests
 * @param segmentBytes how large a file of the log becomes; the log on the disk is a few of them at most
 * @param lookEvery how often a node looks whether its server is well, who should vote, and whether there is news
 * @param stuckAfter how long a server may get nowhere although there is something to do; then it is opened again
 */
public record RaftSettings(
        Duration electionMin,
        Duration electionMax,
        Duration requestTimeout,
        long snapshotEntries,
        Duration snapshotEvery,
        int segmentBytes,
        Duration lookEvery,
        Duration stuckAfter) {
    /** Generous, for a machine whose load makes heartbeats late must not lose the leader. */
    public static final RaftSettings DEFAULTS = new RaftSettings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(3),
            1_000,
            Duration.ofMinutes(10),
            1 << 20,
            Duration.ofMillis(500),
            Duration.ofSeconds(20));

    private static final int SEGMENT_BYTES_MIN = 1 << 16;

    public RaftSettings {
        requirePositive(electionMin, "the election time-out");
        requirePositive(requestTimeout, "the time-out of requests");
        requirePositive(snapshotEvery, "the time between snapshots");
        requirePositive(lookEvery, "the time between looks");
        requirePositive(stuckAfter, "the time after which a server is stuck");
        if (electionMax.compareTo(electionMin) <= 0) {
            throw new IllegalArgumentException(
                    "the greatest election time-out is above the least: " + electionMax + ", " + electionMin);
        }
        if (snapshotEntries < 1) {
            throw new IllegalArgumentException("a snapshot is taken after a request at least: " + snapshotEntries);
        }
        if (segmentBytes < SEGMENT_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "a file of the log has " + SEGMENT_BYTES_MIN + " bytes at least: " + segmentBytes);
        }
    }

    private static void requirePositive(Duration time, String what) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(what + " must be positive: " + time);
        }
    }
}
