package dev.danta.config.raft;

import dev.danta.ir.id.ReplicaId;
import java.util.function.UnaryOperator;

/**
 * The node that opens a configuration.
 *
 * @param incarnation of its folder
 * @param host where its Raft server takes connections; 0.0.0.0 takes them on every network of the machine
 * @param translator where this node connects to, given where another says that it is reached; both {@code host:port}
 */
public record ConfigSelf(ReplicaId node, long incarnation, String host, int port, UnaryOperator<String> translator) {
    /** Connects to where others say that they are. */
    public ConfigSelf(ReplicaId node, long incarnation, String host, int port) {
        this(node, incarnation, host, port, UnaryOperator.identity());
    }

    public ConfigSelf {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is between 1 and 65535, not " + port);
        }
    }
}
