/**
 * Carries envelopes between clients and nodes: one gRPC stream per client and node, whose first frame each way is a
 * greeting and whose other frames are batches. {@link dev.danta.wire.transport.ReplicationServer} is the node's end,
 * {@link dev.danta.wire.transport.ReplicaConnections} the client's.
 *
 * <p>What is handed over may be lost: when a peer does not read, or is away, envelopes are dropped and counted, never
 * queued without bound, and nobody is blocked (protocol.md wants no more than that). What arrives on one stream arrives in
 * the order in which it was handed over.
 *
 * <p>Threads: gRPC calls back on its own event loops ("transport threads") and everything here runs right there, without
 * an executor in between (a hand-off costs more than the work). So whoever is called back must not block. A frame is
 * written by whichever thread wants to write first; the others only leave their envelopes in the queue
 * ({@link dev.danta.wire.transport.Outlet}), so that under load many travel in one frame.
 */
@NullMarked
package dev.danta.wire.transport;

import org.jspecify.annotations.NullMarked;
