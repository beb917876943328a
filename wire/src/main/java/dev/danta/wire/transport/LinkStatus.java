package dev.danta.wire.transport;

import dev.danta.ir.id.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * How things stand with one endpoint.
 *
 * @param node that greeted last, or is expected; null if none ever did
 * @param connected whether the stream is open and greeted
 * @param cause why it is not connected, as a line that begins with the address; empty if it is connected, or the first
 *     attempt is under way
 */
public record LinkStatus(Endpoint endpoint, @Nullable ReplicaId node, boolean connected, String cause) {}
