/**
 * Many seeds: {@link dev.danta.sim.run.SeedRange} runs them on several threads, {@link dev.danta.sim.run.SimulateCommand}
 * is the command. Real threads, real time and files exist here only, outside of every simulated world.
 */
@NullMarked
package dev.danta.sim.run;

import org.jspecify.annotations.NullMarked;
