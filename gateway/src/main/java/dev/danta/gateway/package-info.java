/**
 * What a node does for callers of {@code danta.v1}: {@link dev.danta.gateway.Gateway} is the desk that the node's server asks,
 * and does everything with a {@link dev.danta.client.DantaClient} inside the node, so that a caller in any language gets what
 * an application in Java gets, errors and unknown outcomes included.
 *
 * <p>Words: a <em>call</em> is one request and its answer; an <em>open transaction</em> is one that consists of several calls,
 * and lives here and nowhere else; its <em>lease</em> is how long it may stay unnamed.
 *
 * <p>Threads: transport threads only hand calls over. A small pool does what blocks; a timer answers calls that are late and
 * ends leases.
 */
@NullMarked
package dev.danta.gateway;

import org.jspecify.annotations.NullMarked;
