package dev.danta.cli.report;

/**
 * When a node was away.
 *
 * @param node its name
 * @param fromNanos when it was killed, since the start of the round
 * @param toNanos when it served again, not before
 */
public record Outage(String node, long fromNanos, long toNanos) {
    public Outage {
        if (fromNanos < 0 || toNanos < fromNanos) {
            throw new IllegalArgumentException("an outage ends after it begins: " + fromNanos + " to " + toNanos);
        }
    }
}
