/**
 * Inconsistent replication (IR; Zhang et al., SOSP 2015, as changed by protocol.md 2): replicas keep an unordered set of
 * operations, and quorums of answers make an operation final. This module knows nothing of transactions: what an
 * operation means is decided by the upcalls of {@link dev.danta.ir.replica.Application}.
 *
 * <ul>
 *   <li>{@code id}: who, where, when, which;
 *   <li>{@code message}: everything that is said between clients and replicas, and what a replica records;
 *   <li>{@code quorum}: the members of a shard and what counts as enough of them;
 *   <li>{@code replica}: the replica's machine;
 *   <li>{@code client}: the machines that settle one operation on one shard;
 *   <li>{@code runtime}: machines, effects, the driver that runs them, and its ports.
 * </ul>
 *
 * <p>Words: a <em>machine</em> turns an input and the time into effects and does nothing else; a <em>driver</em> runs the
 * effects; a <em>port</em> is what the driver needs from the world, an <em>adapter</em> is one way to give it that.
 */
@NullMarked
package dev.danta.ir;

import org.jspecify.annotations.NullMarked;
