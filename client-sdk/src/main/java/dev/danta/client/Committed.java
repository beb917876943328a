package dev.danta.client;

/**
 * A transaction took effect.
 *
 * @param timestamp names the versions that it wrote; timestamps order the versions of one key, not transactions. Empty if
 *     the transaction wrote nothing
 * @param attempts how often its closure was run, from 1 on
 */
public record Committed(String timestamp, int attempts, Path path) {
    /** How a commit was settled. */
    public enum Path {
        /** In one round trip: all replicas agreed. */
        FAST,
        /** In two: a replica was away, late, or of another opinion. */
        SLOW,
        /** By somebody else. */
        SETTLED
    }
}
