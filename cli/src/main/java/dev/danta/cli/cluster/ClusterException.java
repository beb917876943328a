package dev.danta.cli.cluster;

/** A cluster could not be started or ended; the message is one line. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClusterException(String message) {
        super(message);
    }
}
