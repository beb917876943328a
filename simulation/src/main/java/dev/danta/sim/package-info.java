/**
 * The whole cluster in one thread from one seed: {@link dev.danta.sim.Simulation} runs the genuine machines in the genuine
 * driver over a simulated network, disks and clocks, lets things go wrong, heals them, and judges.
 *
 * <ul>
 *   <li>{@code sim}: the cluster and its parts; what is simulated ({@link dev.danta.sim.SimSettings}) and what came of it;
 *   <li>{@code sim.kernel}: time, order, random streams, clocks and coverage;
 *   <li>{@code sim.net}, {@code sim.disk}: the two ports that faults act on;
 *   <li>{@code sim.fault}: what goes wrong, and when;
 *   <li>{@code sim.workload}: what clients do, and the histories they leave;
 *   <li>{@code sim.trace}: the text and the digest of a run;
 *   <li>{@code sim.invariant}: what must hold at every step and in the end;
 *   <li>{@code sim.run}: many seeds at once, and the command; the only place with real threads and real time.
 * </ul>
 *
 * <p>Words: a <em>run</em> is one seed from start to verdict; it is <em>faulty</em> first and then <em>healed</em>; a
 * <em>process</em> is one life of a node, its disks outlive it.
 */
@NullMarked
package dev.danta.sim;

import org.jspecify.annotations.NullMarked;
