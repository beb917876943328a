/**
 * The only place where protobuf and gRPC types exist: the protocol's records go in and come out.
 *
 * <ul>
 *   <li>{@code wire}: the limits of what travels ({@link dev.danta.wire.WireLimits}) and how the two ends greet each other
 *       ({@link dev.danta.wire.ClientHello}, {@link dev.danta.wire.ServerHello}), with what a node tells its clients of the
 *       configuration ({@link dev.danta.wire.Topology});
 *   <li>{@code admin}: what an operator, or a node that joins, asks of a node;
 *   <li>{@code codec}: records to bytes and back; malformed input is refused there;
 *   <li>{@code transport}: one gRPC stream per client and node, batches of envelopes in both directions;
 *   <li>{@code proto}: what protoc generates from the schema. Nothing outside of this module names it.
 * </ul>
 *
 * <p>Words: a <em>frame</em> is one gRPC message: a greeting, a newer topology, a ping or pong, or a <em>batch</em> of envelopes; a
 * <em>session</em> is a client as a server sees it; a <em>link</em> is a node as a client sees it.
 */
@NullMarked
package dev.danta.wire;

import org.jspecify.annotations.NullMarked;
