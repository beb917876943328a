/**
 * What must hold (protocol.md 11): {@link dev.danta.sim.invariant.Invariants} while a run goes on and after healing,
 * {@link dev.danta.sim.invariant.ReplicaWatch} for one replica; {@link dev.danta.sim.invariant.Violation} ends a run.
 *
 * <p>Words: the <em>ledger</em> knows every vote and decision; an <em>oracle</em> is a store without replicas that says
 * what reads should have seen.
 */
@NullMarked
package dev.danta.sim.invariant;

import org.jspecify.annotations.NullMarked;
