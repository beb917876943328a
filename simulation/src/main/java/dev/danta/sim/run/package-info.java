/**
 * Many seeds: {@link dev.danta.sim.run.SeedRange} runs them on several threads, {@link dev.danta.sim.run.SimulateCommand}
 * is the command. {@code CutPoints} are the points at which the driver of a change can die. Real threads, real time and files exist here only, outside of every simulated world.
 */
@NullMarked
package dev.danta.sim.run;

import org.jspecify.annotations.NullMarked;
