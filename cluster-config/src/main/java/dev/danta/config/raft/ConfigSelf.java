package dev.danta.config.raft;

import dev.danta.ir.id.ReplicaId;

/**
 * The node that opens a configuration.
 *
 * @param incarnation of its folder
 * @param host where its Raft server takes connections; 0.0.0.0 takes them on every network of the machine
 */
public record ConfigSelf(ReplicaId node, long incarnation, String host, int port) {
    public ConfigSelf {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is between 1 and 65535, not " + port);
        }
    }
}
