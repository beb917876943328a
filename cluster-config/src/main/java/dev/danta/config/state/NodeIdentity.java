package dev.danta.config.state;

/**
 * What a node's folder says of itself when a process starts on it.
 *
 * @param incarnation drawn when the folder was new
 * @param starts how many starts on it have been answered, this one included; durable before it is asked. One that was not
 *     answered is asked for again by the next process, with the same {@code life}, and not counted twice
 * @param life drawn for the start, so that it may be asked for twice
 */
public record NodeIdentity(long incarnation, long starts, long life) {
    public NodeIdentity {
        if (starts < 1) {
            throw new IllegalArgumentException("a folder's starts are counted from 1: " + starts);
        }
    }

    /** Whether this folder is older than when it was {@code seen}: a copy of it was put back. */
    public boolean isBehind(NodeIdentity seen) {
        return incarnation == seen.incarnation && !equals(seen) && starts <= seen.starts;
    }
}
