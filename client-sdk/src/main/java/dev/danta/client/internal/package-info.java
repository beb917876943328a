/**
 * The shell around the client's machine ({@link dev.danta.txn.client.TxnClient}): no part of the public API.
 *
 * <ul>
 *   <li>{@link dev.danta.client.internal.Shell}: calls in, answers out; owns the driver, the timers and the links;
 *   <li>{@code Combiner}: who brings an input runs the machine, if nobody else does, so that no thread of its own stands
 *       between an application and the network;
 *   <li>{@code TimerWheel} and {@code Alarm}: timers, nearly all of which are cancelled;
 *   <li>{@link dev.danta.client.internal.NodeLinks}: the port to the nodes.
 * </ul>
 *
 * <p>Whatever a node tells of the cluster's configuration, in its greeting or later, is adopted if it is newer: the links
 * follow its nodes, the machine its members. What was known last stays known when nobody can be reached.
 */
@NullMarked
package dev.danta.client.internal;

import org.jspecify.annotations.NullMarked;
