/**
 * The simulated network: {@link dev.danta.sim.net.SimNetwork} with its {@link dev.danta.sim.net.LinkProfile}s and its
 * {@link dev.danta.sim.net.Weather}. A <em>link</em> goes one way, so a partition can too.
 */
@NullMarked
package dev.danta.sim.net;

import org.jspecify.annotations.NullMarked;
