/**
 * What clients do: a {@link dev.danta.sim.workload.Session} runs {@link dev.danta.sim.workload.Script}s of a
 * {@link dev.danta.sim.workload.Workload} through a {@link dev.danta.sim.workload.Caller}, records what it saw, and has
 * it judged in the end.
 */
@NullMarked
package dev.danta.sim.workload;

import org.jspecify.annotations.NullMarked;
