/**
 * What the simulated world is made of: {@link dev.danta.sim.kernel.EventQueue} (time and order),
 * {@link dev.danta.sim.kernel.SimRandom} (the named streams of a seed), {@link dev.danta.sim.kernel.SimClock} and {@link dev.danta.sim.kernel.Coverage}.
 */
@NullMarked
package dev.danta.sim.kernel;

import org.jspecify.annotations.NullMarked;
