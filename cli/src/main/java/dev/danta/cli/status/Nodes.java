package dev.danta.cli.status;

import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.time.Duration;

/** The way to the nodes. Thread-safe. */
public interface Nodes {
    /**
     * Asks a node and waits for its answer.
     *
     * @param cluster that it has to belong to; empty if any will do
     * @throws NoAnswerException if there is none within {@code patience}
     */
    AdminReply ask(HostAndPort node, String cluster, AdminRequest request, Duration patience);
}
