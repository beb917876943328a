/**
 * What goes wrong and when: {@link dev.danta.sim.fault.FaultPlan} draws {@link dev.danta.sim.fault.Fault}s from a stream
 * of the seed; the cluster lets them happen.
 */
@NullMarked
package dev.danta.sim.fault;

import org.jspecify.annotations.NullMarked;
