/**
 * What shows that the simulation bites: {@link dev.danta.sim.mutant.Mutant}s, each a cluster in which one rule of the
 * protocol is broken, listed in {@link dev.danta.sim.mutant.Mutants} by the lines of protocol.md 11, and the
 * {@link dev.danta.sim.mutant.Hunt} for them.
 */
@NullMarked
package dev.danta.sim.mutant;

import org.jspecify.annotations.NullMarked;
